import { createHash } from 'node:crypto';
import libsql from 'libsql';
import { checkTexts } from './check-texts';
import { toBytes } from './entities/columns';
import { sqliteFault } from './sqlite-fault';

/** Something that is wrong with the store in a file. */
export type StoreProblem =
  | { readonly code: 'UNREADABLE'; readonly detail: string }
  /** Lines of SQLite's integrity check. */
  | { readonly code: 'DAMAGED'; readonly detail: string; readonly count: number }
  /** A file of another program, or an empty one. */
  | { readonly code: 'NOT_A_STORE' }
  | { readonly code: 'WRONG_COUNT' | 'NO_EMBEDDING' | 'BAD_EMBEDDING'; readonly count: number }
  | { readonly code: 'ORIGINAL_MISSING' | 'ORIGINAL_CHANGED'; readonly count: number };

export interface StoreCheck {
  readonly problems: readonly StoreProblem[];
  /** READY images; 0 when they cannot be counted. */
  readonly images: number;
  /** Copied originals whose bytes were compared with their hashes. */
  readonly originals: number;
}

/** Lines of the integrity check that are read; a damaged file may have thousands. */
const MAX_LINES = 100;
const ORIGINALS = 16;

const COUNTS = [
  [
    'WRONG_COUNT',
    `SELECT COUNT(*) AS n FROM collection c WHERE c.image_count <>
      (SELECT COUNT(*) FROM image i WHERE i.collection_id = c.id AND i.state = 'READY')`,
  ],
  [
    'NO_EMBEDDING',
    `SELECT COUNT(*) AS n FROM image i JOIN collection c ON c.id = i.collection_id LEFT JOIN embedding e
      ON e.image_row_id = i.id AND e.space_id = c.active_space_id WHERE i.state = 'READY' AND e.image_row_id IS NULL`,
  ],
  [
    'BAD_EMBEDDING',
    `SELECT COUNT(*) AS n FROM embedding e JOIN embedding_space s ON s.id = e.space_id
      WHERE length(e.vector) <> 4 * s.dimension`,
  ],
] as const;

/**
 * Reads a whole file that no process writes to: its pages, the counts, the embeddings, and the bytes of the copied
 * originals. It blocks its thread: about a second for 100 MB.
 */
export function checkSqliteStore(path: string): StoreCheck {
  const problems: StoreProblem[] = [];
  const result = { problems, images: 0, originals: 0 };
  let connection: InstanceType<typeof libsql> | undefined;
  try {
    connection = new libsql(path, { readonly: true });
    const lines = connection.prepare(`PRAGMA integrity_check(${MAX_LINES})`).all() as { integrity_check: string }[];
    const [first] = lines;
    if (first && first.integrity_check !== 'ok')
      problems.push({ code: 'DAMAGED', detail: first.integrity_check, count: lines.length });
    const tables = connection.prepare("SELECT name FROM sqlite_master WHERE name IN ('store_info', 'image')").all();
    if (tables.length < 2) return { ...result, problems: [...problems, { code: 'NOT_A_STORE' }] };
    checkTexts(path, connection);
    for (const [code, sql] of COUNTS) {
      const { n: count } = connection.prepare(sql).get([]) as { n: number };
      if (count > 0) problems.push({ code, count });
    }
    const ready = connection.prepare("SELECT COUNT(*) AS n FROM image WHERE state = 'READY'").get([]) as { n: number };
    return { ...result, images: ready.n, originals: checkOriginals(connection, problems) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    // The line of the integrity check says more.
    if (problems.some(({ code }) => code === 'DAMAGED')) return result;
    problems.push(
      sqliteFault(error) === 'damaged' || /UTF-8/.test(detail)
        ? { code: 'DAMAGED', detail, count: 1 }
        : { code: 'UNREADABLE', detail },
    );
    return result;
  } finally {
    connection?.close();
  }
}

/** @returns the number of copied originals */
function checkOriginals(connection: InstanceType<typeof libsql>, problems: StoreProblem[]): number {
  const page = connection.prepare(
    `SELECT i.id AS id, CAST(i.content_hash AS BLOB) AS hash, d.data AS data FROM image i
      LEFT JOIN image_data d ON d.image_row_id = i.id
      WHERE i.state = 'READY' AND i.path IS NULL AND i.id > ? ORDER BY i.id LIMIT ${ORIGINALS}`,
  );
  let [count, missing, changed, last] = [0, 0, 0, 0];
  for (;;) {
    const rows = page.all([last]) as { id: number; hash: ArrayBuffer; data: ArrayBuffer | null }[];
    for (const { hash, data } of rows) {
      const expected = Buffer.from(toBytes(hash)).toString('latin1');
      if (data === null) missing++;
      else if (createHash('sha256').update(toBytes(data)).digest('hex') !== expected) changed++;
    }
    count += rows.length;
    if (rows.length < ORIGINALS) break;
    last = rows.at(-1)?.id ?? last;
  }
  if (missing > 0) problems.push({ code: 'ORIGINAL_MISSING', count: missing });
  if (changed > 0) problems.push({ code: 'ORIGINAL_CHANGED', count: changed });
  return count;
}
