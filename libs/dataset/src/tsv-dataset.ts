import { ItemError, type Dataset, type DatasetEntry } from '@wentu/domain';
import { decodeBase64 } from './base64';
import { tooLarge } from './file-errors';
import { countLines } from './read-lines';
import { readTsvRows } from './tsv-rows';

/** Pictures of a `{split}_imgs.tsv`, in the order of its lines. An item holds its line's base64 until it is dropped. */
export class TsvDataset implements Dataset {
  readonly kind = 'tsv';

  constructor(
    readonly directory: string,
    private readonly path: string,
    private readonly maxImageBytes: number,
  ) {}

  count(signal?: AbortSignal): Promise<number> {
    return countLines(this.path, signal);
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<DatasetEntry, void, void> {
    for await (const row of readTsvRows(this.path, this.maxImageBytes, new Map(), signal)) {
      if ('error' in row) yield row;
      else {
        const { item, imageId, base64 } = row;
        yield { item, imageId, read: async () => decodeImage(base64, this.maxImageBytes) };
      }
    }
  }

  async close(): Promise<void> {}
}

/** The picture behind base64 text. @throws ItemError BAD_BASE64, EMPTY_FILE, TOO_LARGE */
export function decodeImage(base64: Buffer, maxImageBytes: number): Uint8Array {
  const bytes = decodeBase64(base64);
  if (bytes.length === 0) throw new ItemError('EMPTY_FILE', 'there is no base64 after the tab');
  if (bytes.length > maxImageBytes) throw tooLarge('the picture', bytes.length, maxImageBytes);
  return bytes;
}
