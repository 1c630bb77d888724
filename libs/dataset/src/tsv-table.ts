import type { FileHandle } from 'node:fs/promises';
import { ItemError, type BrokenItem } from '@wentu/domain';
import { readFailed, sourceError } from './file-errors';
import { readLines } from './lines';
import { openSourceFile, pathOf } from './source-file';
import type { PictureAt, PictureTable } from './picture-table';
import { decodePicture, maxLineBytes, parseRow, type TsvFile } from './tsv-dataset';

interface RowPlace {
  readonly offset: number;
  readonly lengthBytes: number;
  readonly line: number;
}

const READ_AHEAD_BYTES = 1024 * 1024;
/** CRLF, and a few empty lines. */
const MAX_LINE_END = 16;

/** The positions of the rows of a tsv, about 100 bytes a picture. */
export class TsvTable implements PictureTable<RowPlace> {
  readonly directory: string;
  readonly name: string;
  /** Opened when the first picture is read; `places` has its own handle. */
  private pictures: Promise<FileHandle> | undefined;
  private isClosed = false;
  private ahead: { start: number; end: number; bytes: Promise<Buffer> } = {
    start: 0,
    end: 0,
    bytes: Promise.resolve(Buffer.alloc(0)),
  };
  private lastEnd = 0;

  constructor(private readonly file: TsvFile) {
    this.directory = file.directory;
    this.name = file.name;
  }

  async *places(signal?: AbortSignal): AsyncGenerator<BrokenItem | PictureAt<RowPlace>> {
    for await (const line of readLines(this.file, maxLineBytes(this.file), signal)) {
      const { offset, lengthBytes, number } = line;
      try {
        yield { imageId: parseRow(line, this.file).imageId, place: { offset, lengthBytes, line: number } };
      } catch (error) {
        if (!(error instanceof ItemError)) throw error;
        yield { item: `${this.name}:${number}`, error };
      }
    }
  }

  itemOf({ place }: PictureAt<RowPlace>): string {
    return `${this.name}:${place.line}`;
  }

  async read({ place: { offset, lengthBytes, line } }: PictureAt<RowPlace>): Promise<Uint8Array> {
    if (this.isClosed) throw readFailed('picture', 'its source was closed');
    const bytes = await this.bytesAt(offset, lengthBytes);
    if (bytes.length !== lengthBytes)
      throw new ItemError('READ_FAILED', `${this.name} changed while it was read; load it again`);
    return decodePicture(parseRow({ number: line, offset, lengthBytes, bytes }, this.file).base64, this.file);
  }

  /** Rows that are read in the order of the file are read ahead, many at once. */
  private async bytesAt(offset: number, length: number): Promise<Buffer> {
    const { start, end } = this.ahead;
    if (offset < start || offset + length > end) {
      const inOrder = offset >= this.lastEnd && offset <= this.lastEnd + MAX_LINE_END;
      const read = inOrder ? Math.max(length, READ_AHEAD_BYTES) : length;
      this.ahead = { start: offset, end: offset + read, bytes: this.readBytes(offset, read) };
    }
    this.lastEnd = offset + length;
    const ahead = this.ahead;
    return (await ahead.bytes).subarray(offset - ahead.start, offset - ahead.start + length);
  }

  private async readBytes(offset: number, length: number): Promise<Buffer> {
    this.pictures ??= openSourceFile(this.file);
    const pictures = await this.pictures.catch((error: unknown) =>
      Promise.reject(sourceError(pathOf(this.file), error)),
    );
    const { buffer, bytesRead } = await pictures
      .read(Buffer.allocUnsafe(length), 0, length, offset)
      .catch((error: unknown) => Promise.reject(readFailed('picture', error)));
    return buffer.subarray(0, bytesRead);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const handle = await this.pictures?.catch(() => undefined);
    this.pictures = undefined;
    await handle?.close();
  }
}
