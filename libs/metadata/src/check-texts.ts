import { isUtf8 } from 'node:buffer';
import { toBytes } from './entities/columns';
import { damaged } from './store-error';

/** The part of a SQLite connection that is used here. */
interface ReadingConnection {
  prepare(sql: string): { all(...parameters: unknown[]): unknown[] };
}

/** Number of rows that one statement joins. */
const SLICE = 10_000;
/** Largest number of rows to check per table, newest first, because ledgers may be long. */
const MOST_ROWS = 100_000;
/** Without `image`: checking half a million images would make a start take half as long again. */
const TABLES = ['store_info', 'embedding_space', 'collection', 'source', 'kept_out', 'load_job', 'load_failure'];

/**
 * Finds texts that are not UTF-8, in a file that is damaged or was written by another program. libsql aborts the
 * process when it reads such a text, and no error can be caught. Reading it as bytes is safe.
 * @throws DamagedStoreError
 */
export function checkTexts(path: string, connection: ReadingConnection): void {
  for (const table of TABLES) {
    const columns = (connection.prepare(`PRAGMA table_info(${table})`).all() as { name: string; type: string }[])
      .filter(({ type }) => /char|text/i.test(type))
      .map(({ name }) => `COALESCE(${name}, '')`);
    if (columns.length === 0) continue;
    const joined = connection.prepare(
      `SELECT MIN(row) AS first, CAST(GROUP_CONCAT(texts, ' ') AS BLOB) AS texts FROM
        (SELECT rowid AS row, ${columns.join(" || ' ' || ")} AS texts FROM ${table} WHERE rowid < ? ORDER BY rowid DESC LIMIT ${SLICE})`,
    );
    let below = Number.MAX_SAFE_INTEGER;
    for (let rows = 0; rows < MOST_ROWS; rows += SLICE) {
      const [slice] = joined.all(below) as [{ first: number | null; texts: ArrayBuffer | null }];
      if (slice.first === null || slice.texts === null) break;
      if (!isUtf8(toBytes(slice.texts)))
        throw damaged(
          `the database at ${path} holds text that is not UTF-8 (table ${table}): the file is damaged, or another program wrote into it`,
        );
      below = slice.first;
    }
  }
}
