import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { ItemError, type Dataset, type DatasetEntry } from '@wentu/domain';
import { readFailed } from './file-errors';
import { checkImageId } from './image-id';
import { readImageFile } from './read-image-file';
import { walkImages, type FoundImage } from './walk-images';

export interface FolderDatasetOptions {
  readonly idFrom: 'path' | 'stem';
  readonly maxImageBytes: number;
}

/**
 * A tree of image files. With ids from the file names it remembers each one's path, to tell of a second one: about 200 bytes an
 * image.
 */
export class FolderDataset implements Dataset {
  readonly kind = 'folder';

  constructor(
    readonly directory: string,
    private readonly options: FolderDatasetOptions,
  ) {}

  async count(signal?: AbortSignal): Promise<number> {
    let count = 0;
    for await (const found of this.walk(signal)) count += found ? 1 : 0;
    return count;
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<DatasetEntry, void, void> {
    const pathsByStem = new Map<string, string>();
    for await (const found of this.walk(signal)) yield await this.entry(found, pathsByStem);
  }

  async close(): Promise<void> {}

  private async *walk(signal?: AbortSignal): AsyncGenerator<FoundImage, void, void> {
    signal?.throwIfAborted();
    for await (const found of walkImages(this.directory)) {
      yield found;
      signal?.throwIfAborted();
    }
  }

  private async entry(found: FoundImage, pathsByStem: Map<string, string>): Promise<DatasetEntry> {
    const { relativePath: item, path, error } = found;
    if (error) return { item, error };
    try {
      const imageId = this.options.idFrom === 'path' ? checkImageId(item) : stemId(item, pathsByStem);
      const { mtimeMs } = await stat(path).catch((error: unknown) => {
        throw readFailed(item, error);
      });
      const read = (): Promise<Uint8Array> => readImageFile(path, item, this.options.maxImageBytes);
      return { item, imageId, read, file: { path, modifiedAtMs: mtimeMs } };
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
      return { item, error };
    }
  }
}

function stemId(relativePath: string, pathsByStem: Map<string, string>): string {
  const imageId = checkImageId(posix.parse(relativePath).name);
  const first = pathsByStem.get(imageId);
  if (first !== undefined) {
    throw new ItemError(
      'DUPLICATE_ID',
      `${relativePath} and ${first} both have the id '${imageId}'; the latter is taken`,
    );
  }
  pathsByStem.set(imageId, relativePath);
  return imageId;
}
