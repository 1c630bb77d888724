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

/** Room for 4,096 numbers of 25 characters. A longer line is not a feature. */
const MAX_FEATURE_LINE_BYTES = 1024 * 1024;
/** The number of lines to search for the first good one, which gives the dimension of the file. */
const MAX_LINES_FOR_DIMENSION = 1_000;

/**
 * Half-precision features are slightly off. A norm outside this range means that the line is not a feature of this
 * kind.
 */
const [MIN_NORM, MAX_NORM] = [0.5, 2];
/** More than the rounding of float32. Features within it are not changed. */
const NORM_TOLERANCE = 1e-5;

/**
 * Reads `{split}_imgs.img_feat.jsonl` beside `{split}_imgs.tsv` or an LMDB folder. cn_clip writes features in the order
 * of the LMDB keys, which differs from the tsv, so pictures and features are joined by id: first a table with the
 * position of each picture, about 100 bytes a picture, then the features as a stream. The dataset closes the table.
 */
export async function openFeatures(pictures: PictureTable, featuresName: string): Promise<Dataset> {
  const dimension = await findDimension({ directory: pictures.directory, name: featuresName });
  const sidecar = await checkSidecar(pictures.directory, featuresName, dimension);
  return new FeaturesDataset(pictures, featuresName, { ...sidecar, dimension });
}

/** @returns the sidecar of a feature file; null when there is none. @throws InvalidInputError, IndexMismatchError */
export async function checkSidecar(
  directory: string,
  featuresName: string,
  dimension: number,
): Promise<Sidecar | null> {
  const sidecar = await readSidecar(sidecarPath(join(directory, featuresName)));
  if (sidecar === null || sidecar.dimension === dimension) return sidecar;
  throw new IndexMismatchError(
    `${featuresName} contains ${dimension}-d features, but its sidecar says ${sidecar.dimension}; extract the features again`,
  );
}

interface Row extends PictureAt<unknown> {
  readonly number: number;
}

/** The position of each picture by id, and the rows that cannot be used, which become lines of the ledger. */
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
    // A row and its feature are one entry; every other line of both files is one entry. The numbers are not parsed.
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

  /** Pictures of items may be read after `entries` has ended, until this call. */
  close(): Promise<void> {
    return this.pictures.close();
  }

  private lines(signal?: AbortSignal): AsyncGenerator<Line> {
    return readLines({ directory: this.directory, name: this.featuresName }, MAX_FEATURE_LINE_BYTES, signal);
  }

  /** Built once, because it needs a pass over all pictures. */
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
        const message = `the id ${imageId} is also at ${this.pictures.itemOf(before)}; the first picture is loaded`;
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
        throw new ItemError(
          'DUPLICATE_ID',
          `the id ${imageId} has a feature on an earlier line; the first feature is loaded`,
        );
      used[row.number] = 1;
      return { item, imageId, feature: this.check(feature), read: () => this.pictures.read(row) };
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
      return { item, error };
    }
  }

  /** Checks that the feature has the dimension of the file and finite numbers, and normalises it. */
  private check(feature: Float64Array): Float32Array {
    const { dimension } = this.features;
    if (feature.length !== dimension)
      throw new ItemError(
        'BAD_FEATURE',
        `the feature has ${feature.length} numbers, the others in the file ${dimension}`,
      );
    let sum = 0;
    for (const value of feature) sum += value * value;
    if (!Number.isFinite(sum))
      throw new ItemError('BAD_FEATURE', 'the feature contains NaN or Infinity; extract it again');
    const norm = Math.sqrt(sum);
    if (norm < MIN_NORM || norm > MAX_NORM) {
      throw new ItemError(
        'BAD_FEATURE',
        `the feature has length (L2 norm) ${norm}; it should be 1 (L2-normalised): extract it again`,
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
    throw new ItemError('BAD_ROW', `the line is longer than ${MAX_FEATURE_LINE_BYTES} bytes, so it is not a feature`);
  return parseFeatureLine(bytes);
}

/** The id in NFC; null when the line has none. */
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
