import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { makeEmpty } from '@wentu/data-folder';
import { FeatureWriter, idLiteral } from '@wentu/dataset';
import { diskError, InvalidInputError } from '@wentu/domain';
import { readTutorialRows, type TutorialRow, type TutorialTable } from '@wentu/metadata/mysql';
import type { MilvusStoreOptions } from '@wentu/vector-store';

export interface ImportTutorialOptions {
  readonly mysqlUrl: string;
  readonly table: TutorialTable;
  readonly milvusCollection: string;
  readonly milvusIdField: string;
  readonly milvusVectorField: string;
  /** Must be empty or not exist yet. */
  readonly directory: string;
}

export interface ImportedTutorial {
  readonly images: number;
  readonly dimension: number;
  /** Rows without a vector, without a picture, or with the id of an earlier row. */
  readonly skipped: number;
}

const SPLIT = 'valid';
const MAX_BATCH_ROWS = 200;
const MAX_BATCH_BYTES = 64 * 1024 * 1024;

/**
 * Exports what the tutorial's service stores in MySQL and Milvus as a dataset with features: pictures in a tsv, and
 * their vectors beside it. A load of that folder uses the vectors and encodes nothing. Ids are kept in memory, about
 * 100 bytes each. No sidecar names the model: it is unknown here. The user names it to the load, which checks the
 * vectors.
 */
export async function importTutorial(
  { milvus }: { readonly milvus: Omit<MilvusStoreOptions, 'collectionPrefix'> },
  options: ImportTutorialOptions,
  onRow: (state: { images: number; skipped: number; note: string | null }) => void,
): Promise<ImportedTutorial> {
  const {
    mysqlUrl,
    table,
    milvusCollection: collection,
    milvusIdField: idField,
    milvusVectorField: vectorField,
  } = options;
  await makeEmpty(options.directory).catch((error: unknown) => Promise.reject(diskError(error) as Error));
  const { MilvusVectorReader } = await import('@wentu/vector-store/milvus-vector-reader');
  const vectors = MilvusVectorReader.open(milvus, { collection, idField, vectorField });
  const target = new Target(options.directory);
  try {
    const seen = new Set<string>();
    let skipped = 0;
    const skip = (note: string): void => onRow({ images: target.images, skipped: ++skipped, note });
    for await (const rows of batches(readTutorialRows(mysqlUrl, table))) {
      const found = await vectors.read(rows.map((row) => row.milvusId));
      const whole = rows.flatMap((row) => {
        const feature = found.get(row.milvusId);
        if (!feature) skip(`${row.imageId}: ${collection} has no vector with the id ${row.milvusId}`);
        else if (row.data.length === 0) skip(`${row.imageId}: the row has no picture`);
        else if (seen.has(row.imageId)) skip(`${row.imageId}: the id is there more than once; the first row is used`);
        else {
          seen.add(row.imageId);
          return [{ ...row, feature }];
        }
        return [];
      });
      await target.append(whole);
      onRow({ images: target.images, skipped, note: null });
    }
    if (target.images === 0)
      throw new InvalidInputError(`no row of ${table.table} could be imported; see the lines above`);
    return { images: target.images, dimension: target.dimension, skipped };
  } finally {
    await target.close();
    await vectors.close();
  }
}

/** Writes the tsv and the feature file. */
class Target {
  images = 0;
  dimension = 0;
  private tsv: FileHandle | undefined;
  private features: FeatureWriter | undefined;

  constructor(private readonly directory: string) {}

  async append(rows: readonly (TutorialRow & { feature: Float32Array })[]): Promise<void> {
    const [first] = rows;
    if (!first) return;
    try {
      const { tsv, features } = await this.open(first.feature.length);
      for (const { imageId, data } of rows) await tsv.appendFile(`${imageId}\t${toBase64(data)}\n`);
      await features.append(rows.map(({ imageId, feature }) => ({ literal: idLiteral(imageId), feature })));
    } catch (error) {
      throw diskError(error);
    }
    this.images += rows.length;
  }

  async close(): Promise<void> {
    await this.features?.close();
    await this.tsv?.close();
    // The model of the vectors is unknown: the user names it to the load, which checks the vectors.
    await rm(join(this.directory, `${SPLIT}_imgs.img_feat.json`), { force: true });
  }

  private async open(dimension: number): Promise<{ tsv: FileHandle; features: FeatureWriter }> {
    this.tsv ??= await open(join(this.directory, `${SPLIT}_imgs.tsv`), 'a');
    this.features ??= await FeatureWriter.open({
      path: join(this.directory, `${SPLIT}_imgs.img_feat.jsonl`),
      idKey: 'image_id',
      maker: { model: 'unknown', space: 'unknown', dimension, preprocessing: 'unknown', input: 'unknown' },
    });
    this.dimension = dimension;
    return { tsv: this.tsv, features: this.features };
  }
}

async function* batches(rows: AsyncIterable<TutorialRow>): AsyncGenerator<TutorialRow[]> {
  let [batch, bytes]: [TutorialRow[], number] = [[], 0];
  for await (const row of rows) {
    batch.push(row);
    bytes += row.data.length;
    if (batch.length < MAX_BATCH_ROWS && bytes < MAX_BATCH_BYTES) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/**
 * The tutorial's loader stores the base64 of the tsv; other loaders store bytes. No picture format consists only of
 * base64 characters.
 */
function toBase64(data: Buffer): string {
  const text = data.toString('latin1');
  // TO_BASE64 of MySQL inserts line breaks.
  const joined = text.replace(/\s+/g, '');
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(joined) ? joined : data.toString('base64');
}
