import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { ItemError, type BrokenItem, type Dataset, type DatasetEntry, type FeatureSource } from '@wentu/domain';
import { readFailed, sourceError, tooLarge } from './file-errors';
import { parseFeature, scanFeatureLine, type FeatureLine } from './feature-line';
import { MAX_FEATURE_LINE_BYTES } from './feature-source';
import { checkImageId } from './image-id';
import { countLines, readLines } from './read-lines';
import { decodeImage } from './tsv-dataset';
import { readTsvRows } from './tsv-rows';

export interface FeaturesDatasetFiles {
  /** `{split}_imgs.tsv` */
  readonly tsv: string;
  /** `{split}_imgs.img_feat.jsonl` */
  readonly features: string;
}

/** Where the rows of a tsv are. About 120 bytes a row. */
class RowTable {
  /** imageId → line; `rows` by the order of this map. */
  readonly lines = new Map<string, number>();
  private readonly positions = new Map<string, { offset: number; length: number; isUsed: boolean }>();

  add(imageId: string, offset: number, length: number): void {
    this.positions.set(imageId, { offset, length, isUsed: false });
  }

  find(imageId: string): { readonly offset: number; readonly length: number; isUsed: boolean } | undefined {
    return this.positions.get(imageId);
  }

  *unused(): Generator<{ imageId: string; line: number }> {
    for (const [imageId, { isUsed }] of this.positions) {
      if (!isUsed) yield { imageId, line: this.lines.get(imageId) ?? 0 };
    }
  }
}

/**
 * Features computed elsewhere, joined with the pictures of the tsv by id: cn_clip writes them in another order. Entries come in the
 * order of the feature file, before them the bad rows of the tsv, after them its rows that have no feature.
 */
export class FeaturesDataset implements Dataset {
  readonly kind = 'features';
  /** For the positioned reads of items, which may come after the iteration has ended. */
  private tsvHandle: Promise<FileHandle> | undefined;
  private isClosed = false;

  constructor(
    readonly directory: string,
    readonly features: FeatureSource,
    private readonly files: FeaturesDatasetFiles,
    private readonly maxImageBytes: number,
  ) {}

  async count(signal?: AbortSignal): Promise<number> {
    const table = new RowTable();
    for await (const broken of this.fillTable(table, signal)) void broken;
    let count = await countLines(this.files.tsv, signal);
    // A row and its feature are one entry; every other line of both files is one.
    for await (const line of this.scanLines(signal)) {
      const row = 'error' in line ? undefined : table.find(line.imageId);
      if (row && !row.isUsed) row.isUsed = true;
      else count++;
    }
    return count;
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<DatasetEntry, void, void> {
    const table = new RowTable();
    yield* this.fillTable(table, signal);
    for await (const line of this.scanLines(signal)) {
      if ('error' in line) yield line;
      else yield this.join(line, table);
    }
    for (const { imageId, line } of table.unused()) {
      signal?.throwIfAborted();
      const error = new ItemError('BAD_FEATURE', `image ${imageId} has no feature in ${basename(this.files.features)}`);
      yield { item: `${basename(this.files.tsv)}:${line}`, error };
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const handle = await this.tsvHandle?.catch(() => undefined);
    this.tsvHandle = undefined;
    await handle?.close();
  }

  /** Yields what of the tsv is bad. */
  private async *fillTable(table: RowTable, signal?: AbortSignal): AsyncGenerator<BrokenItem, void, void> {
    for await (const row of readTsvRows(this.files.tsv, this.maxImageBytes, table.lines, signal)) {
      if ('error' in row) yield row;
      else table.add(row.imageId, row.offset, row.base64.length);
    }
  }

  private async *scanLines(
    signal?: AbortSignal,
  ): AsyncGenerator<BrokenItem | (FeatureLine & { readonly item: string }), void, void> {
    const name = basename(this.files.features);
    for await (const { number, length, bytes } of readLines(this.files.features, MAX_FEATURE_LINE_BYTES, signal)) {
      const item = `${name}:${number}`;
      try {
        if (!bytes) throw tooLarge('the line', length, MAX_FEATURE_LINE_BYTES);
        const line = scanFeatureLine(bytes.toString('utf8'));
        yield { item, feature: line.feature, imageId: checkImageId(line.imageId) };
      } catch (error) {
        if (!(error instanceof ItemError)) throw error;
        yield { item, error };
      }
    }
  }

  private join(line: FeatureLine & { readonly item: string }, table: RowTable): DatasetEntry {
    const { item, imageId } = line;
    try {
      const row = table.find(imageId);
      if (!row) {
        throw new ItemError('NO_IMAGE', `image ${imageId} has a feature but no row in ${basename(this.files.tsv)}`);
      }
      if (row.isUsed) throw new ItemError('DUPLICATE_ID', `image ${imageId} has a feature on an earlier line already`);
      row.isUsed = true;
      const feature = parseFeature(line);
      const { dimension } = this.features;
      if (feature.length !== dimension) {
        const message = `the feature of image ${imageId} has ${feature.length} numbers; this file's have ${dimension}`;
        throw new ItemError('BAD_FEATURE', message);
      }
      const { offset, length } = row;
      return { item, imageId, feature, read: () => this.readImage(item, offset, length) };
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
      return { item, error };
    }
  }

  private async readImage(item: string, offset: number, length: number): Promise<Uint8Array> {
    if (this.isClosed) throw readFailed(item, 'the source is closed');
    this.tsvHandle ??= open(this.files.tsv);
    const handle = await this.tsvHandle.catch((error: unknown) => {
      throw sourceError(this.files.tsv, error);
    });
    const base64 = Buffer.allocUnsafe(length);
    const { bytesRead } = await handle.read(base64, 0, length, offset).catch((error: unknown) => {
      throw readFailed(item, error);
    });
    if (bytesRead < length) throw readFailed(item, `${basename(this.files.tsv)} became shorter`);
    return decodeImage(base64, this.maxImageBytes);
  }
}
