import { open, type FileHandle } from 'node:fs/promises';
import { ItemError, type BrokenItem } from '@wentu/domain';
import { readFailed, sourceError } from './file-errors';
import { countLines, readLines } from './lines';
import type { PictureAt, PictureTable } from './picture-table';
import { decodePicture, fileOf, maxLineBytes, parseRow, type TsvFile } from './tsv-dataset';

interface RowPlace {
  readonly offset: number;
  readonly lengthBytes: number;
  readonly line: number;
}

/** The rows of a tsv by where they are: about 100 bytes a picture for the one who holds them. */
export class TsvTable implements PictureTable<RowPlace> {
  readonly directory: string;
  readonly name: string;
  /** Opened by the first picture that is read; reading the places has a handle of its own. */
  private pictures: Promise<FileHandle> | undefined;
  private isClosed = false;

  constructor(private readonly file: TsvFile) {
    this.directory = file.directory;
    this.name = file.name;
  }

  count(signal?: AbortSignal): Promise<number> {
    return countLines(fileOf(this.file), signal);
  }

  async *places(signal?: AbortSignal): AsyncGenerator<BrokenItem | PictureAt<RowPlace>> {
    for await (const line of readLines(fileOf(this.file), maxLineBytes(this.file), signal)) {
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
    this.pictures ??= open(fileOf(this.file));
    const pictures = await this.pictures.catch((error: unknown) =>
      Promise.reject(sourceError(fileOf(this.file), error)),
    );
    const bytes = Buffer.alloc(lengthBytes);
    const { bytesRead } = await pictures
      .read(bytes, 0, lengthBytes, offset)
      .catch((error: unknown) => Promise.reject(readFailed('picture', error)));
    if (bytesRead !== lengthBytes)
      throw new ItemError('READ_FAILED', `${this.name} has changed while it was read; load it again`);
    return decodePicture(parseRow({ number: line, offset, lengthBytes, bytes }, this.file).base64, this.file);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const handle = await this.pictures?.catch(() => undefined);
    this.pictures = undefined;
    await handle?.close();
  }
}
