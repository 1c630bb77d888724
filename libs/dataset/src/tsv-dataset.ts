import { InvalidInputError, ItemError, sentence, type Dataset, type DatasetEntry } from '@wentu/domain';
import { decodeBase64 } from './base64';
import type { DatasetLimits } from './folder-dataset';
import { checkImageId, SeenIds } from './image-id';
import { countLines, readLines, type Line } from './lines';
import { pathOf } from './source-file';

export interface TsvFile extends DatasetLimits {
  readonly directory: string;
  /** For example valid_imgs.tsv. */
  readonly name: string;
}

const TAB = 0x09;

/** Opens a file of rows `id <TAB> base64 of the picture`, as Flickr30k-CN and cn_clip have them. */
export async function openTsv(file: TsvFile): Promise<Dataset> {
  for await (const _line of readLines(file, 1)) return new TsvDataset(file);
  throw new InvalidInputError(
    `${pathOf(file)} is empty; it should have a line for each picture: its id, a tab, the picture in base64`,
  );
}

class TsvDataset implements Dataset {
  readonly kind = 'tsv';
  readonly directory: string;

  constructor(private readonly file: TsvFile) {
    this.directory = file.directory;
  }

  async count(signal?: AbortSignal): Promise<number> {
    return await countLines(this.file, signal);
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<DatasetEntry> {
    const seen = new SeenIds();
    for await (const line of readLines(this.file, maxLineBytes(this.file), signal)) {
      const item = `${this.file.name}:${line.number}`;
      try {
        const { imageId, base64 } = parseRow(line, this.file);
        const before = seen.add(imageId, line.number);
        if (before !== undefined)
          throw new ItemError('DUPLICATE_ID', sentence('DUPLICATE_ID', { imageId, line: before }));
        const kept = Buffer.from(base64);
        yield { item, imageId, read: async () => decodePicture(kept, this.file) };
      } catch (error) {
        if (!(error instanceof ItemError)) throw error;
        yield { item, error };
      }
    }
  }

  async close(): Promise<void> {
    // A reading that is stopped closes its own file handle.
  }
}

export function maxLineBytes({ maxImageBytes }: DatasetLimits): number {
  return Math.ceil((maxImageBytes * 4) / 3) + 4_096;
}

/** @throws ItemError TOO_LARGE, BAD_ROW, BAD_ID */
export function parseRow({ bytes, lengthBytes }: Line, file: TsvFile): { imageId: string; base64: Buffer } {
  if (!bytes) {
    throw new ItemError(
      'TOO_LARGE',
      sentence('ROW_TOO_LARGE', { rowBytes: lengthBytes, maxBytes: file.maxImageBytes }),
    );
  }
  const tab = bytes.indexOf(TAB);
  if (tab < 0) throw new ItemError('BAD_ROW', sentence('ROW_WITHOUT_TAB'));
  return { imageId: checkImageId(bytes.toString('utf8', 0, tab)), base64: bytes.subarray(tab + 1) };
}

/** @throws ItemError BAD_BASE64, EMPTY_FILE, TOO_LARGE */
export function decodePicture(base64: Buffer, { maxImageBytes }: DatasetLimits): Uint8Array {
  const picture = decodeBase64(base64);
  if (picture.length === 0) throw new ItemError('EMPTY_FILE', sentence('ROW_WITHOUT_PICTURE'));
  if (picture.length > maxImageBytes) {
    throw new ItemError(
      'TOO_LARGE',
      sentence('PICTURE_TOO_LARGE', { pictureBytes: picture.length, maxBytes: maxImageBytes }),
    );
  }
  return picture;
}
