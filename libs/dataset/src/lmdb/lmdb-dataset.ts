import { basename, join, relative, sep } from 'node:path';
import { InvalidInputError, ItemError, type Dataset, type DatasetEntry } from '@wentu/domain';
import { readFailed } from '../file-errors';
import type { DatasetLimits } from '../folder-dataset';
import { checkImageId } from '../image-id';
import { decodePicture, maxLineBytes } from '../tsv-dataset';
import type { LmdbEntry, LmdbValue } from './lmdb-page';
import { LmdbReader } from './lmdb-reader';

export interface LmdbFolder extends DatasetLimits {
  readonly directory: string;
  /** The folder with data.mdb: the directory, or one below it. */
  readonly environment: string;
}

/** Where cn_clip writes how many pictures there are. */
const COUNT_KEY = Buffer.from('num_images');
/** The same in its environment of texts. */
const PAIRS_COUNT_KEY = Buffer.from('num_samples');

/** `imgs` as cn_clip's build_lmdb_dataset.py writes it: the key is the picture's id, the value its base64. */
export async function openLmdb(folder: LmdbFolder): Promise<Dataset> {
  const reader = await LmdbReader.open(join(folder.environment, 'data.mdb'));
  try {
    const hasCount = (await reader.get(COUNT_KEY)) !== undefined;
    if (!hasCount && (await reader.get(PAIRS_COUNT_KEY)) !== undefined)
      throw new InvalidInputError(
        `${reader.path} holds cn_clip's pairs of image and text; give the imgs folder beside it`,
      );
    const count = reader.entryCount - (hasCount ? 1 : 0);
    if (count > 0) return new LmdbDataset(folder, reader, count);
    throw new InvalidInputError(
      `${reader.path} is empty; it should hold a picture's base64 under each picture's id, as cn_clip's build_lmdb_dataset.py writes them`,
    );
  } catch (error) {
    await reader.close();
    throw error;
  }
}

class LmdbDataset implements Dataset {
  readonly kind = 'lmdb';
  readonly directory: string;
  private readonly name: string;
  private isClosed = false;

  constructor(
    private readonly folder: LmdbFolder,
    private readonly reader: LmdbReader,
    private readonly pictureCount: number,
  ) {
    this.directory = folder.directory;
    const below = relative(folder.directory, folder.environment).split(sep).join('/');
    this.name = below === '' ? basename(folder.environment) : below;
  }

  async count(): Promise<number> {
    return this.pictureCount;
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<DatasetEntry> {
    // Keys are different; only ids that are written in another form than NFC may meet another one.
    const rewritten = new Set<string>();
    for await (const entry of this.reader.entries(signal)) {
      if (!entry.key.equals(COUNT_KEY)) yield await this.entry(entry, rewritten);
    }
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.reader.close();
  }

  private async entry({ key, value }: LmdbEntry, rewritten: Set<string>): Promise<DatasetEntry> {
    const written = key.toString('utf8');
    const item = `${this.name}:${written}`;
    try {
      const imageId = checkImageId(written);
      if (imageId !== written) {
        if (rewritten.has(imageId) || (await this.reader.get(Buffer.from(imageId))) !== undefined)
          throw new ItemError('DUPLICATE_ID', `the id ${imageId} is there in another Unicode form, which is loaded`);
        rewritten.add(imageId);
      }
      return { item, imageId, read: () => this.readPicture(value) };
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
      return { item, error };
    }
  }

  private async readPicture(value: LmdbValue): Promise<Uint8Array> {
    if (this.isClosed) throw readFailed('picture', 'its source was closed');
    let base64: Buffer;
    try {
      base64 = await this.reader.readValue(value, maxLineBytes(this.folder));
    } catch (error) {
      if (error instanceof ItemError) throw error;
      // Damage of one value is that picture's alone.
      throw new ItemError('READ_FAILED', (error as Error).message, { cause: error });
    }
    return decodePicture(base64, this.folder);
  }
}
