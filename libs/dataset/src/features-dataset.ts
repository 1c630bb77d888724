import { join } from 'node:path';
import {
  IndexMismatchError,
  InvalidInputError,
  ItemError,
  normalName,
  type BrokenItem,
  type Dataset,
  type DatasetEntry,
  type FeatureSource,
} from '@wentu/domain';
import { parseFeatureId, parseFeatureLine, type ParsedFeature } from './feature-line';
import { checkImageId } from './image-id';
import { readLines, type Line } from './lines';
import type { PictureAt, PictureTable } from './picture-table';
import { readSidecar, sidecarPath, type Sidecar } from './sidecar';
import { pathOf, type SourceFile } from './source-file';

/** A feature line of 4,096 numbers of 25 characters; longer ones are not features. */
const MAX_FEATURE_LINE_BYTES = 1024 * 1024;
/** Lines looked at for the first good one, which says the file's dimension. */
const MAX_LINES_FOR_DIMENSION = 1_000;

/** Half-precision features are a little off; far off is something else than a feature of this kind. */
const [MIN_NORM, MAX_NORM] = [0.5, 2];
/** More than float32 rounding; closer ones keep every bit. */
const NORM_TOLERANCE = 1e-5;

/**
 * `{split}_imgs.img_feat.jsonl` beside `{split}_imgs.tsv` or an LMDB folder. cn_clip writes features in the order of LMDB's keys,
 * which is not the tsv's, so they are joined by id: a table of where each id's picture is, about 100 bytes a picture, then
 * the features as a stream. The dataset closes the table.
 */
export async function openFeatures(pictures: PictureTable, featuresName: string): Promise<Dataset> {
  const dimension = await findDimension({ directory: pictures.directory, name: featuresName });
  const sidecar = await checkSidecar(pictures.directory, featuresName, dimension);
  return new FeaturesDataset(pictures, featuresName, { ...sidecar, dimension });
}

/** @returns what the sidecar beside a feature file says; null without one. @throws InvalidInputError, IndexMismatchError */
export async function checkSidecar(
  directory: string,
  featuresName: string,
  dimension: number,
): Promise<Sidecar | null> {
  const sidecar = await readSidecar(sidecarPath(join(directory, featuresName)));
  if (sidecar === null || sidecar.dimension === dimension) return sidecar;
  throw new IndexMismatchError(
    `${featuresName} holds ${dimension}-d features, its sidecar says ${sidecar.dimension}; make the two again`,
  );
}

interface Row extends PictureAt<unknown> {
  readonly number: number;
}

/** Where each id's picture is, and the rows that cannot be used, which are ledger lines. */
interface RowTable {
  readonly rows: ReadonlyMap<string, Row>;
  readonly broken: readonly BrokenItem[];
}

class FeaturesDataset implements Dataset {
  readonly kind = 'features';
  readonly directory: string;
  private table: Promise<RowTable> | undefined;

  constructor(
    private readonly pictures: PictureTable,
    private readonly featuresName: string,
    readonly features: FeatureSource,
  ) {
    this.directory = pictures.directory;
  }

  async count(signal?: AbortSignal): Promise<number> {
    const { rows, broken } = await this.readTable(signal);
    const used = new Uint8Array(rows.size);
    let count = rows.size + broken.length;
    // A row and its feature are one entry; every other line of both files is one. The numbers are not looked at.
    for await (const { bytes } of this.lines(signal)) {
      const row = rows.get(idOf(bytes) ?? '');
      if (!row || used[row.number]) count++;
      else used[row.number] = 1;
    }
    return count;
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<DatasetEntry> {
    const { rows, broken } = await this.readTable(signal);
    yield* broken;
    const used = new Uint8Array(rows.size);
    for await (const line of this.lines(signal)) yield this.entry(line, rows, used);
    for (const row of rows.values()) {
      if (used[row.number]) continue;
      signal?.throwIfAborted();
      const error = new ItemError('BAD_FEATURE', `the picture ${row.imageId} has no feature in ${this.featuresName}`);
      yield { item: this.pictures.itemOf(row), error };
    }
  }

  /** Items' pictures may be read when `entries` has ended already, until here. */
  close(): Promise<void> {
    return this.pictures.close();
  }

  private lines(signal?: AbortSignal): AsyncGenerator<Line> {
    return readLines({ directory: this.directory, name: this.featuresName }, MAX_FEATURE_LINE_BYTES, signal);
  }

  /** Read once: it takes a pass over all pictures. */
  private async readTable(signal?: AbortSignal): Promise<RowTable> {
    this.table ??= this.makeTable(signal).catch((error: unknown) => {
      this.table = undefined;
      throw error;
    });
    return await this.table;
  }

  private async makeTable(signal?: AbortSignal): Promise<RowTable> {
    const rows = new Map<string, Row>();
    const broken: BrokenItem[] = [];
    for await (const picture of this.pictures.places(signal)) {
      if ('error' in picture) {
        broken.push(picture);
        continue;
      }
      const { imageId, place } = picture;
      const before = rows.get(imageId);
      if (!before) rows.set(imageId, { imageId, place, number: rows.size });
      else {
        const message = `the id ${imageId} was met before, at ${this.pictures.itemOf(before)}; the first is loaded`;
        broken.push({ item: this.pictures.itemOf(picture), error: new ItemError('DUPLICATE_ID', message) });
      }
    }
    return { rows, broken };
  }

  private entry(line: Line, rows: ReadonlyMap<string, Row>, used: Uint8Array): DatasetEntry {
    const item = `${this.featuresName}:${line.number}`;
    try {
      const { id, feature } = parse(line);
      const imageId = checkImageId(id);
      const row = rows.get(imageId);
      if (!row) throw new ItemError('NO_IMAGE', `${this.pictures.name} has no picture with the id ${imageId}`);
      if (used[row.number])
        throw new ItemError('DUPLICATE_ID', `the id ${imageId} has a feature on an earlier line; the first is loaded`);
      used[row.number] = 1;
      return { item, imageId, feature: this.check(feature), read: () => this.pictures.read(row) };
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
      return { item, error };
    }
  }

  /** Of the file's dimension, finite, L2-normalised. */
  private check(feature: Float64Array): Float32Array {
    const { dimension } = this.features;
    if (feature.length !== dimension)
      throw new ItemError('BAD_FEATURE', `the feature has ${feature.length} numbers, the file's others ${dimension}`);
    let sum = 0;
    for (const value of feature) sum += value * value;
    if (!Number.isFinite(sum))
      throw new ItemError('BAD_FEATURE', 'the feature has NaN or Infinity among its numbers; extract it again');
    const norm = Math.sqrt(sum);
    if (norm < MIN_NORM || norm > MAX_NORM) {
      throw new ItemError(
        'BAD_FEATURE',
        `the feature has length (L2 norm) ${norm}; one that is L2-normalised has 1: extract it again`,
      );
    }
    const factor = Math.abs(norm - 1) > NORM_TOLERANCE ? 1 / norm : 1;
    const unit = new Float32Array(feature.length);
    for (let i = 0; i < unit.length; i++) unit[i] = (feature[i] as number) * factor;
    return unit;
  }
}

function parse({ bytes }: Line): ParsedFeature {
  if (!bytes)
    throw new ItemError('BAD_ROW', `the line is longer than ${MAX_FEATURE_LINE_BYTES} bytes; it is no feature`);
  return parseFeatureLine(bytes);
}

/** In NFC; null where the line has none. */
function idOf(bytes: Buffer | null): string | null {
  try {
    return bytes && normalName(parseFeatureId(bytes));
  } catch {
    return null;
  }
}

async function findDimension(source: SourceFile): Promise<number> {
  for await (const line of readLines(source, MAX_FEATURE_LINE_BYTES)) {
    if (line.number > MAX_LINES_FOR_DIMENSION) break;
    try {
      const { feature } = parse(line);
      if (feature.length > 0 && feature.every(Number.isFinite)) return feature.length;
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
    }
  }
  throw new InvalidInputError(
    `${pathOf(source)} has no feature in its first ${MAX_LINES_FOR_DIMENSION} lines; each should be {"image_id": …, "feature": [ … ]}`,
  );
}
