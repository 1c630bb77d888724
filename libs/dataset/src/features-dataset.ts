import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import {
  IndexMismatchError,
  InvalidInputError,
  ItemError,
  type Dataset,
  type DatasetEntry,
  type FeatureSource,
} from '@wentu/domain';
import { z } from 'zod';
import { parseFeatureLine } from './feature-line';
import { checkImageId, SeenIds } from './image-id';
import { countLines, readLines, type Line } from './lines';
import { decodePicture, fileOf, maxLineBytes, parseRow, type TsvFile } from './tsv-dataset';

/** A feature line of 4,096 numbers of 25 characters; longer ones are not features. */
const MAX_FEATURE_LINE_BYTES = 1024 * 1024;
/** Lines looked at for the first good one, which says the file's dimension. */
const MAX_LINES_FOR_DIMENSION = 1_000;

const sidecarSchema = z.object({ model: z.string().min(1), space: z.string().min(1), dimension: z.int().min(1) });

/**
 * `{split}_imgs.img_feat.jsonl` beside `{split}_imgs.tsv`. cn_clip writes features in another order than the tsv, so they are
 * joined by id: a table of where each id's row is, about 100 bytes a picture, then the features as a stream.
 */
export async function openFeatures(file: TsvFile, featuresName: string): Promise<Dataset> {
  const sidecar = await readSidecar(join(file.directory, featuresName.replace(/\.jsonl$/, '.json')));
  const dimension = await findDimension(join(file.directory, featuresName));
  if (sidecar && sidecar.dimension !== dimension) {
    throw new IndexMismatchError(
      `${featuresName} holds ${dimension}-d features, its sidecar says ${sidecar.dimension}; make the two again`,
    );
  }
  return new FeaturesDataset(file, featuresName, { ...sidecar, dimension });
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

  constructor(
    private readonly file: TsvFile,
    private readonly featuresName: string,
    readonly features: FeatureSource,
  ) {
    this.directory = file.directory;
  }

  async count(signal?: AbortSignal): Promise<number> {
    return await countLines(join(this.directory, this.featuresName), signal);
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<DatasetEntry> {
    const rows = new Map<string, Row>();
    yield* this.indexRows(rows, signal);
    const pictures = await open(fileOf(this.file));
    try {
      const seen = new SeenIds();
      for await (const line of readLines(join(this.directory, this.featuresName), MAX_FEATURE_LINE_BYTES, signal)) {
        yield this.entry(line, rows, seen, pictures);
      }
      for (const [imageId, row] of rows) {
        if (row.used) continue;
        signal?.throwIfAborted();
        const error = new ItemError('BAD_FEATURE', `the picture ${imageId} has no feature in ${this.featuresName}`);
        yield { item: `${this.file.name}:${row.line}`, error };
      }
    } finally {
      await pictures.close();
    }
  }

  async close(): Promise<void> {
    // `entries` closes what it opened.
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

  private entry(line: Line, rows: ReadonlyMap<string, Row>, seen: SeenIds, pictures: FileHandle): DatasetEntry {
    const item = `${this.featuresName}:${line.number}`;
    try {
      const { id, feature } = parse(line);
      const imageId = checkImageId(id);
      const row = rows.get(imageId);
      if (!row) throw new ItemError('NO_IMAGE', `${this.file.name} has no picture with the id ${imageId}`);
      row.used = true;
      const before = seen.add(imageId, line.number);
      if (before !== undefined)
        throw new ItemError(
          'DUPLICATE_ID',
          `the id ${imageId} has a feature on line ${before} already; the first is loaded`,
        );
      return { item, imageId, feature: this.check(feature), read: () => this.readPicture(row, pictures) };
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
    if (sum === 0)
      throw new ItemError('BAD_FEATURE', 'the feature is all zeros, which points nowhere; extract it again');
    const factor = 1 / Math.sqrt(sum);
    return Float32Array.from(feature, (value) => value * factor);
  }

  private async readPicture(row: Row, pictures: FileHandle): Promise<Uint8Array> {
    const bytes = Buffer.alloc(row.lengthBytes);
    const { bytesRead } = await pictures.read(bytes, 0, bytes.length, row.offset);
    if (bytesRead !== bytes.length)
      throw new ItemError('READ_FAILED', `${this.file.name} has changed while it was read; load it again`);
    return decodePicture(
      parseRow({ number: row.line, offset: row.offset, lengthBytes: row.lengthBytes, bytes }, this.file).base64,
      this.file,
    );
  }
}

function parse({ bytes }: Line): { id: string; feature: Float64Array } {
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

async function readSidecar(path: string): Promise<z.infer<typeof sidecarSchema> | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return sidecarSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new InvalidInputError(
      `${path} is no sidecar of features; it should be {"model": …, "space": …, "dimension": …}`,
      { cause: error },
    );
  }
}
