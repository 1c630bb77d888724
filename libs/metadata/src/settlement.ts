import { FACTS_VERSION, type Contents, type Settlement } from '@wentu/domain';
import type { Database } from './database';

const SQL = `SELECT
  (SELECT COUNT(*) FROM image WHERE collection_id = ? AND state IN ('PENDING', 'TOMBSTONE')) AS unsettled,
  (SELECT MAX(id) FROM image WHERE collection_id = ? AND state = 'READY') AS newest,
  (SELECT MAX(id) FROM load_job WHERE collection_id = ? AND kind = 'REENCODE') AS reencoding,
  (SELECT attributes_indexed FROM collection WHERE id = ?) AS attributes`;

/** Each search reads it, in one statement. */
export async function readSettlement(database: Database, collectionId: number): Promise<Settlement> {
  type Row = Record<'unsettled' | 'newest' | 'reencoding' | 'attributes', number | null>;
  const [row] = await database.query<Row>(SQL, Array<number>(4).fill(collectionId));
  return {
    unsettled: Number(row?.unsettled ?? 0),
    newestId: Number(row?.newest ?? 0),
    reencodingId: Number(row?.reencoding ?? 0),
    attributesVersion: Number(row?.attributes ?? 0),
  };
}

const CONTENTS = `SELECT
  (SELECT image_count FROM collection WHERE id = ?) AS count,
  (SELECT attributes_version FROM collection WHERE id = ?) AS attributes,
  (SELECT MAX(id) FROM image WHERE collection_id = ? AND state = 'READY') AS newest,
  (SELECT COUNT(*) FROM image WHERE collection_id = ? AND facts_version < ${FACTS_VERSION} AND state = 'READY') AS factless`;

/** One statement, so all values are of one moment. */
export async function readContents(database: Database, collectionId: number): Promise<Contents> {
  type Row = Record<'count' | 'attributes' | 'newest' | 'factless', number | string | null>;
  const [row] = await database.query<Row>(CONTENTS, Array<number>(4).fill(collectionId));
  return {
    imageCount: Number(row?.count ?? 0),
    newestId: Number(row?.newest ?? 0),
    withoutFacts: Number(row?.factless ?? 0),
    attributesVersion: Number(row?.attributes ?? 0),
  };
}
