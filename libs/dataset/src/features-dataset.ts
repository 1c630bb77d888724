import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import {
  IndexMismatchError,
  InvalidInputError,
  ItemError,
  type BrokenItem,
  type Dataset,
  type DatasetEntry,
  type FeatureSource,
} from '@wentu/domain';
import { parseFeatureLine, type ParsedFeature } from './feature-line';
import { readFailed, sourceError } from './file-errors';
import { checkImageId } from './image-id';
import { countLines, readLines, type Line } from './lines';
import { readSidecar, sidecarPath } from './sidecar';
import { decodePicture, fileOf, maxLineBytes, parseRow, type TsvFile } from './tsv-dataset';

/** A feature line of 4,096 numbers of 25 characters; longer ones are not features. */
const MAX_FEATURE_LINE_BYTES = 1024 * 1024;
/** Lines looked at for the first good one, which says the file's dimension. */
const MAX_LINES_FOR_DIMENSION = 1_000;

/** Half-precision features are a little off; far off is something else than a feature of this kind. */
const [MIN_NORM, MAX_NORM] = [0.5, 2];
/** More than float32 rounding; closer ones keep every bit. */
const NORM_TOLERANCE = 1e-5;

/**
 * `{split}_imgs.img_feat.jsonl` beside `{split}_imgs.tsv`. cn_clip writes features in another order than the tsv, so they are
 * joined by id: a table of where each id's row is, about 100 bytes a picture, then the features as a stream.
 */
export async function openFeatures(file: TsvFile, featuresName: string): Promise<Dataset> {
  const sidecar = await readSidecar(sidecarPath(join(file.directory, featuresName)));
  const dimension = await findDimension(join(file.directory, featuresName));
  if (sidecar && sidecar.dimension !== dimension) {
    throw new IndexMismatchError(
      `${featuresName} holds ${dimension}-d features, its sidecar says ${sidecar.dimension}; make the two again`,
    );
  }
  return new FeaturesDataset(file, featuresName, { ...sidecar, dimension });
}

interface FeatureLine {
  readonly item: string;
  readonly imageId: string;
  readonly feature: Float64Array;
}

interface Row {
  readonly offset: number;
  readonly lengthBytes: number;
  readonly line: number;
  used: boolean;
}

class FeaturesDataset implements Dataset {
  readonly kind = 'features';
  readonly directory: string;
  /** For the pictures of items, which may be read when `entries` has ended already. */
  private pictures: Promise<FileHandle> | undefined;
  private isClosed = false;

  constructor(
    private readonly file: TsvFile,
    private readonly featuresName: string,
    readonly features: FeatureSource,
  ) {
    this.directory = file.directory;
  }

  async count(signal?: AbortSignal): Promise<number> {
    const rows = new Map<string, Row>();
    for await (const _broken of this.indexRows(rows, signal));
    let count = await countLines(fileOf(this.file), signal);
    // A row and its feature are one entry; every other line of both files is one.
    for await (const line of this.featureLines(signal)) {
      const row = 'error' in line ? undefined : rows.get(line.imageId);
      if (row && !row.used) row.used = true;
      else count++;
    }
    return count;
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<DatasetEntry> {
    const rows = new Map<string, Row>();
    yield* this.indexRows(rows, signal);
    for await (const line of this.featureLines(signal)) {
      yield 'error' in line ? line : this.entry(line, rows);
    }
    for (const [imageId, row] of rows) {
      if (row.used) continue;
      signal?.throwIfAborted();
      const error = new ItemError('BAD_FEATURE', `the picture ${imageId} has no feature in ${this.featuresName}`);
      yield { item: `${this.file.name}:${row.line}`, error };
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const handle = await this.pictures?.catch(() => undefined);
    this.pictures = undefined;
    await handle?.close();
  }

  private async *featureLines(signal?: AbortSignal): AsyncGenerator<BrokenItem | FeatureLine> {
    for await (const line of readLines(join(this.directory, this.featuresName), MAX_FEATURE_LINE_BYTES, signal)) {
      const item = `${this.featuresName}:${line.number}`;
      try {
        const { id, feature } = parse(line);
        yield { item, imageId: checkImageId(id), feature };
      } catch (error) {
        if (!(error instanceof ItemError)) throw error;
        yield { item, error };
      }
    }
  }

  /** Fills the table; rows that cannot be used are ledger lines. */
  private async *indexRows(rows: Map<string, Row>, signal?: AbortSignal): AsyncGenerator<DatasetEntry> {
    for await (const line of readLines(fileOf(this.file), maxLineBytes(this.file), signal)) {
      const item = `${this.file.name}:${line.number}`;
      try {
        const { imageId } = parseRow(line, this.file);
        const before = rows.get(imageId);
        if (before)
          throw new ItemError(
            'DUPLICATE_ID',
            `the id ${imageId} was met before, on line ${before.line}; the first is loaded`,
          );
        rows.set(imageId, { offset: line.offset, lengthBytes: line.lengthBytes, line: line.number, used: false });
      } catch (error) {
        if (!(error instanceof ItemError)) throw error;
        yield { item, error };
      }
    }
  }

  private entry({ item, imageId, feature }: FeatureLine, rows: ReadonlyMap<string, Row>): DatasetEntry {
    try {
      const row = rows.get(imageId);
      if (!row) throw new ItemError('NO_IMAGE', `${this.file.name} has no picture with the id ${imageId}`);
      if (row.used)
        throw new ItemError('DUPLICATE_ID', `the id ${imageId} has a feature on an earlier line; the first is loaded`);
      row.used = true;
      return { item, imageId, feature: this.check(feature), read: () => this.readPicture(row) };
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
    return Float32Array.from(feature, (value) => value * factor);
  }

  private async readPicture({ offset, lengthBytes, line }: Row): Promise<Uint8Array> {
    const { name } = this.file;
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
      throw new ItemError('READ_FAILED', `${name} has changed while it was read; load it again`);
    return decodePicture(parseRow({ number: line, offset, lengthBytes, bytes }, this.file).base64, this.file);
  }
}

function parse({ bytes }: Line): ParsedFeature {
  if (!bytes)
    throw new ItemError('BAD_ROW', `the line is longer than ${MAX_FEATURE_LINE_BYTES} bytes; it is no feature`);
  return parseFeatureLine(bytes.toString('utf8'));
}

async function findDimension(path: string): Promise<number> {
  for await (const line of readLines(path, MAX_FEATURE_LINE_BYTES)) {
    if (line.number > MAX_LINES_FOR_DIMENSION) break;
    try {
      const { feature } = parse(line);
      if (feature.length > 0 && feature.every(Number.isFinite)) return feature.length;
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
    }
  }
  throw new InvalidInputError(
    `${path} has no feature in its first ${MAX_LINES_FOR_DIMENSION} lines; each should be {"image_id": …, "feature": [ … ]}`,
  );
}
