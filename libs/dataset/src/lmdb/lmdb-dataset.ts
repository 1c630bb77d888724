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
  /** The folder with data.mdb: the directory itself, or one below it. */
  readonly environment: string;
}

/** The key under which cn_clip stores the number of pictures. */
const COUNT_KEY = Buffer.from('num_images');
/** The same in cn_clip's environment of texts. */
const PAIRS_COUNT_KEY = Buffer.from('num_samples');

/** Opens the `imgs` of cn_clip's build_lmdb_dataset.py: the key is the id of a picture, the value its base64. */
export async function openLmdb(folder: LmdbFolder): Promise<LmdbDataset> {
  const reader = await LmdbReader.open({ directory: folder.environment, name: 'data.mdb' });
  try {
    const hasCount = (await reader.get(COUNT_KEY)) !== undefined;
    if (!hasCount && (await reader.get(PAIRS_COUNT_KEY)) !== undefined)
      throw new InvalidInputError(
        `${reader.path} contains cn_clip's pairs of image and text; give the imgs folder beside it`,
      );
    const count = reader.entryCount - (hasCount ? 1 : 0);
    if (count > 0) return new LmdbDataset(folder, reader, count);
    throw new InvalidInputError(
      `${reader.path} is empty; it should contain the base64 of each picture under its id, as cn_clip's build_lmdb_dataset.py writes it`,
    );
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** The key of a picture when it differs from the id; null when they are equal. */
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
      // Without the value, which would keep its page in memory.
      yield 'error' in found ? found : { imageId: found.imageId, place: found.place };
    }
  }

  itemOf({ imageId, place }: PictureAt<KeyPlace>): string {
    return `${this.name}:${place ?? imageId}`;
  }

  async read({ imageId, place }: PictureAt<KeyPlace>): Promise<Uint8Array> {
    const value = await this.guard(() => this.reader.get(Buffer.from(place ?? imageId)));
    if (!value) throw new ItemError('READ_FAILED', `${this.reader.path} changed while it was read; load it again`);
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
    // Keys are unique. Only an id that was not in NFC can be equal to another one.
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
      throw new ItemError('DUPLICATE_ID', `the id ${imageId} exists in another Unicode form, which is loaded`);
    rewritten.add(imageId);
  }

  private async readPicture(value: LmdbValue): Promise<Uint8Array> {
    const base64 = await this.guard(() => this.reader.readValue(value, maxLineBytes(this.folder)));
    return decodePicture(base64, this.folder);
  }

  /** Damage that is found while one picture is read affects only that picture. */
  private async guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.isClosed) throw readFailed('picture', 'its source was closed');
    try {
      return await work();
    } catch (error) {
      throw error instanceof WentuError ? new ItemError('READ_FAILED', error.message, { cause: error }) : error;
    }
  }
}
