import { basename, relative, sep } from 'node:path';
import {
  InvalidInputError,
  ItemError,
  WentuError,
  type BrokenItem,
  type Dataset,
  type DatasetEntry,
} from '@wentu/domain';
import { readFailed } from '../file-errors';
import type { DatasetLimits } from '../folder-dataset';
import { checkImageId } from '../image-id';
import type { PictureAt, PictureTable } from '../picture-table';
import { decodePicture, maxLineBytes } from '../tsv-dataset';
import type { LmdbValue } from './lmdb-page';
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
export async function openLmdb(folder: LmdbFolder): Promise<LmdbDataset> {
  const reader = await LmdbReader.open({ directory: folder.environment, name: 'data.mdb' });
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

/** A picture's key where that is not its id; null where it is. */
type KeyPlace = string | null;

export class LmdbDataset implements Dataset, PictureTable<KeyPlace> {
  readonly kind = 'lmdb';
  readonly directory: string;
  readonly name: string;
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
    for await (const found of this.pictures(signal)) {
      if ('error' in found) yield found;
      else {
        const { imageId, place, value } = found;
        yield { item: this.itemOf({ imageId, place }), imageId, read: () => this.readPicture(value) };
      }
    }
  }

  async *places(signal?: AbortSignal): AsyncGenerator<BrokenItem | PictureAt<KeyPlace>> {
    for await (const found of this.pictures(signal)) {
      // Without the value: it would hold its page.
      yield 'error' in found ? found : { imageId: found.imageId, place: found.place };
    }
  }

  itemOf({ imageId, place }: PictureAt<KeyPlace>): string {
    return `${this.name}:${place ?? imageId}`;
  }

  async read({ imageId, place }: PictureAt<KeyPlace>): Promise<Uint8Array> {
    const value = await this.guard(() => this.reader.get(Buffer.from(place ?? imageId)));
    if (!value) throw new ItemError('READ_FAILED', `${this.reader.path} has changed while it was read; load it again`);
    return await this.readPicture(value);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.reader.close();
  }

  private async *pictures(
    signal: AbortSignal | undefined,
  ): AsyncGenerator<BrokenItem | (PictureAt<KeyPlace> & { value: LmdbValue })> {
    // Keys are different; only ids that are written in another form than NFC may meet another one.
    const rewritten = new Set<string>();
    for await (const { key, value } of this.reader.entries(signal)) {
      if (key.equals(COUNT_KEY)) continue;
      const written = key.toString('utf8');
      try {
        const imageId = checkImageId(written);
        if (imageId !== written) await this.checkRewritten(imageId, rewritten);
        yield { imageId, place: imageId === written ? null : written, value };
      } catch (error) {
        if (!(error instanceof ItemError)) throw error;
        yield { item: `${this.name}:${written}`, error };
      }
    }
  }

  private async checkRewritten(imageId: string, rewritten: Set<string>): Promise<void> {
    if (rewritten.has(imageId) || (await this.reader.get(Buffer.from(imageId))) !== undefined)
      throw new ItemError('DUPLICATE_ID', `the id ${imageId} is there in another Unicode form, which is loaded`);
    rewritten.add(imageId);
  }

  private async readPicture(value: LmdbValue): Promise<Uint8Array> {
    const base64 = await this.guard(() => this.reader.readValue(value, maxLineBytes(this.folder)));
    return decodePicture(base64, this.folder);
  }

  /** Damage that is met on the way to one picture is that picture's alone. */
  private async guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.isClosed) throw readFailed('picture', 'its source was closed');
    try {
      return await work();
    } catch (error) {
      throw error instanceof WentuError ? new ItemError('READ_FAILED', error.message, { cause: error }) : error;
    }
  }
}
