import type { EntityMetadata, QueryRunner } from 'typeorm';
import { toBytes } from './entities/columns';

/** Rows of a page, by the size of a row: originals may have megabytes. */
const PAGE = 500;
const LARGE_PAGE = 16;
const LARGE = new Set(['image_data', 'image_preview']);
/** Values of one INSERT; SQLite allows 32,766, and a statement of MySQL has at most max_allowed_packet bytes. */
const MAX_VALUES = 4_000;
const MAX_BYTES = 8 * 1024 * 1024;
/** It is written last, so an interrupted copy is not a store. */
const LAST = 'store_info';

/** The number of rows of each table. */
export type TableCounts = Readonly<Record<string, number>>;

type Row = Readonly<Record<string, unknown>>;

/**
 * Copies all rows of a store over the rows of another one, of any kind. Both have the tables of this version.
 * @param from in a transaction that sees one moment
 */
export async function copyRows(from: QueryRunner, to: QueryRunner): Promise<TableCounts> {
  const counts: Record<string, number> = {};
  const tables = from.connection.entityMetadatas.toSorted(
    (a, b) => Number(a.tableName === LAST) - Number(b.tableName === LAST),
  );
  for (const table of tables.toReversed()) await to.query(`DELETE FROM ${table.tableName}`);
  for (const table of tables) {
    let count = 0;
    for await (const rows of pages(from, table)) {
      for (const part of statements(rows, table)) await insert(to, table, part);
      count += rows.length;
    }
    counts[table.tableName] = count;
  }
  return counts;
}

/** All rows in the order of their keys. */
async function* pages(from: QueryRunner, table: EntityMetadata): AsyncGenerator<Row[]> {
  const keys = table.primaryColumns.map(({ databaseName }) => databaseName);
  const quoted = keys.map((key) => from.connection.driver.escape(key));
  const size = LARGE.has(table.tableName) ? LARGE_PAGE : PAGE;
  const order = `ORDER BY ${quoted.join(', ')} LIMIT ${size}`;
  // (a, b) > (?, ?), in a form for which MySQL uses the index.
  const after = quoted
    .map((key, i) => `(${[...quoted.slice(0, i).map((before) => `${before} = ?`), `${key} > ?`].join(' AND ')})`)
    .join(' OR ');
  let last: Row | undefined;
  for (;;) {
    const place = last;
    const rows = (await from.query(
      `SELECT ${escaped(columnsOf(table), from)} FROM ${table.tableName} ${place ? `WHERE ${after}` : ''} ${order}`,
      place ? keys.flatMap((_key, i) => keys.slice(0, i + 1).map((key) => place[key])) : [],
    )) as Row[];
    if (rows.length > 0) yield rows;
    if (rows.length < size) return;
    last = rows.at(-1);
  }
}

/** Splits rows by the limits of one statement. */
function* statements(rows: readonly Row[], table: EntityMetadata): Generator<unknown[][]> {
  const columns = columnsOf(table);
  let part: unknown[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const values = columns.map((column) => valueOf(row[column]));
    const size = values.reduce<number>((sum, value) => sum + sizeOf(value), 0);
    if (part.length > 0 && ((part.length + 1) * columns.length > MAX_VALUES || bytes + size > MAX_BYTES)) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(values);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

async function insert(to: QueryRunner, table: EntityMetadata, rows: readonly unknown[][]): Promise<void> {
  const columns = columnsOf(table);
  const row = `(${columns.map(() => '?').join(', ')})`;
  await to.query(
    `INSERT INTO ${table.tableName} (${escaped(columns, to)}) VALUES ${rows.map(() => row).join(', ')}`,
    rows.flat(),
  );
}

function columnsOf(table: EntityMetadata): string[] {
  return table.columns.map(({ databaseName }) => databaseName);
}

/** For example `lines`, which is a word of MySQL. */
function escaped(columns: readonly string[], { connection }: QueryRunner): string {
  return columns.map((column) => connection.driver.escape(column)).join(', ');
}

/** Drivers return blobs as ArrayBuffer (libsql) or Buffer (mysql2). */
function valueOf(value: unknown): unknown {
  return value instanceof ArrayBuffer || value instanceof Uint8Array ? Buffer.from(toBytes(value)) : value;
}

function sizeOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  return typeof value === 'string' ? value.length * 3 : 8;
}
