import type { DataSource, EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { placeholders } from './database';

/**
 * Limits of one INSERT statement. A larger row has a statement of its own. A packet that the server refuses also breaks
 * the next statement.
 */
const INSERT_ROWS = 50;
const INSERT_BYTES = 6 * 1024 * 1024;

type OnDuplicate = 'fail' | 'append' | 'replace';

/** The part of a SQLite connection that is used here. */
interface PreparingConnection {
  prepare(sql: string): { run(...parameters: unknown[]): unknown };
}

/** The part of a mysql2 connection that is used here. */
interface ExecutingConnection {
  execute(sql: string, values: unknown[], done: (error: Error | null) => void): void;
}

function isMysql(manager: EntityManager): boolean {
  return manager.dataSource.options.type === 'mysql';
}

/**
 * An expression of the text that is compared by its bytes. The collation of the MySQL tables takes texts that differ in
 * spaces at their end for equal.
 */
export function exactText(source: DataSource, expression: string): string {
  return source.options.type === 'mysql' ? `CAST(${expression} AS BINARY)` : expression;
}

/**
 * Locks the row against changes by others until this transaction ends. In SQLite, a transaction locks the whole file
 * when it begins.
 */
export async function lockRow(manager: EntityManager, select: string, parameters: unknown[] = []): Promise<void> {
  if (isMysql(manager)) await manager.query(`${select} FOR UPDATE`, parameters);
}

/** Milliseconds since 1970, from the clock that all processes of this store share. */
export async function now(manager: EntityManager): Promise<number> {
  if (!isMysql(manager)) return Date.now();
  const [row] = await manager.query<[{ ms: number | string }]>(
    "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000 AS ms",
  );
  return Number(row.ms);
}

const SQLITE_MAX_BLOB_BYTES = 1_000_000_000;
/** Packet bytes of a statement besides the picture. */
const PACKET_OVERHEAD_BYTES = 64 * 1024;
/** `max_allowed_packet` by data source. A connection keeps its value, so one query is enough. */
const PACKET_BYTES = new WeakMap<DataSource, number>();

/** Size of the largest blob of one row, in bytes. */
export async function maxBlobBytes(manager: EntityManager): Promise<number> {
  if (!isMysql(manager)) return SQLITE_MAX_BLOB_BYTES;
  const known = PACKET_BYTES.get(manager.dataSource);
  if (known !== undefined) return known;
  const [row] = await manager.query<[{ bytes: number | string }]>('SELECT @@max_allowed_packet AS bytes');
  const most = Math.max(0, Number(row.bytes) - PACKET_OVERHEAD_BYTES);
  PACKET_BYTES.set(manager.dataSource, most);
  return most;
}

/**
 * The ids that a query selects as `id` and orders by it. SQLite returns them as one text: the driver takes 0.6 s for a
 * million rows, and 0.2 s for the same ids in texts of 2,000.
 */
export async function selectIds(manager: EntityManager, query: SelectQueryBuilder<ObjectLiteral>): Promise<number[]> {
  if (isMysql(manager)) {
    const rows = await query.getRawMany<{ id: number | string }>();
    return rows.map(({ id }) => Number(id));
  }
  const row = await manager
    .createQueryBuilder()
    .select('json_group_array(page.id ORDER BY page.id)', 'ids')
    .from(`(${query.getQuery()})`, 'page')
    .setParameters(query.getParameters())
    .getRawOne<{ ids: string }>();
  return JSON.parse(row?.ids ?? '[]') as number[];
}

/**
 * Rows of a query that selects these columns, with `id`, and orders by it. SQLite returns them as one text: the driver
 * takes 10 µs for a row of 15 columns, and 2 µs for the same row in texts of 2,000. JSON has only 15 digits of a
 * number, so doubles are quoted, which writes as many as needed.
 */
export async function selectColumns<Row>(
  manager: EntityManager,
  query: SelectQueryBuilder<ObjectLiteral>,
  columns: readonly (keyof Row & string)[],
  doubles: ReadonlySet<string>,
): Promise<Row[]> {
  if (isMysql(manager)) return await query.getRawMany<Row>();
  const values = columns.map((column) => (doubles.has(column) ? `quote(page.${column})` : `page.${column}`));
  const row = await manager
    .createQueryBuilder()
    .select(`json_group_array(json_array(${values.join(', ')}) ORDER BY page.id)`, 'rows')
    .from(`(${query.getQuery()})`, 'page')
    .setParameters(query.getParameters())
    .getRawOne<{ rows: string }>();
  const fromQuoted = (text: unknown): number | null => (text === 'NULL' ? null : Number(text));
  return (JSON.parse(row?.rows ?? '[]') as unknown[][]).map((each) => {
    const read: Record<string, unknown> = {};
    for (const [i, column] of columns.entries()) read[column] = doubles.has(column) ? fromQuoted(each[i]) : each[i];
    return read as Row;
  });
}

/**
 * Rows of a query that one range of an index gives in its order. MariaDB prefers the equal part of the index, which it
 * walks from its end: a page in the middle of 100,000 descending rows took 150 ms. Without the index it would sort all
 * rows that match.
 */
export async function selectInOrder<Row>(
  manager: EntityManager,
  query: SelectQueryBuilder<ObjectLiteral>,
  index: string,
): Promise<Row[]> {
  if (!isMysql(manager)) return await query.getRawMany<Row>();
  const [sql, parameters] = query.useIndex(index).getQueryAndParameters();
  return await manager.query<Row[]>(sql.replace(' USE INDEX (', ' FORCE INDEX ('), parameters);
}

/** Whether the error says that a row with this key already exists. */
export function isDuplicate(error: unknown): boolean {
  const { errno, code, cause } = Object(error) as { errno?: unknown; code?: unknown; cause?: unknown };
  if (Number(errno) === 1062 || String(code).startsWith('SQLITE_CONSTRAINT')) return true;
  return cause !== undefined && isDuplicate(cause);
}

/**
 * Inserts rows with blobs. `execute` of mysql2 sends bytes unchanged; `query` sends two hex digits for each byte.
 * SQLite has no packets, and inserts rows faster with one prepared statement per row than with one long statement.
 * @param onDuplicate `fail`, or what becomes of the blob in the last column of a row whose key exists
 */
export async function insertRows(
  manager: EntityManager,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  onDuplicate: OnDuplicate = 'fail',
): Promise<void> {
  if (rows.length === 0) return;
  const tuple = placeholders(columns.length);
  const insert = `INSERT INTO ${table} (${columns.join(', ')}) VALUES`;
  const change = changeOfDuplicate(manager, columns, onDuplicate);
  if (!isMysql(manager)) {
    const connection = (await manager.queryRunner?.connect()) as PreparingConnection;
    const statement = connection.prepare(`${insert} ${tuple}${change}`);
    for (const row of rows) statement.run(...row);
    return;
  }
  for (const batch of batches(rows, Math.min(INSERT_BYTES, await maxBlobBytes(manager))))
    await execute(manager, `${insert} ${batch.map(() => tuple).join(', ')}${change}`, batch.flat());
}

/** The columns before the last one are the key. */
function changeOfDuplicate(manager: EntityManager, columns: readonly string[], onDuplicate: OnDuplicate): string {
  if (onDuplicate === 'fail') return '';
  const blob = columns.at(-1) ?? '';
  const isAppended = onDuplicate === 'append';
  if (isMysql(manager))
    return ` ON DUPLICATE KEY UPDATE ${blob} = ${isAppended ? `CONCAT(${blob}, VALUES(${blob}))` : `VALUES(${blob})`}`;
  // SQLite calls the result of || a text, whose bytes are those of the blobs.
  const value = isAppended ? `CAST(${blob} || excluded.${blob} AS BLOB)` : `excluded.${blob}`;
  return ` ON CONFLICT (${columns.slice(0, -1).join(', ')}) DO UPDATE SET ${blob} = ${value}`;
}

async function execute(manager: EntityManager, sql: string, values: unknown[]): Promise<void> {
  const connection = (await manager.queryRunner?.connect()) as ExecutingConnection;
  await new Promise<void>((done, fail) =>
    connection.execute(sql, values, (error) => {
      if (error) fail(error);
      else done();
    }),
  );
}

function* batches(rows: readonly (readonly unknown[])[], mostBytes: number): Generator<(readonly unknown[])[]> {
  let batch: (readonly unknown[])[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = row.reduce<number>((sum, value) => sum + (value instanceof Uint8Array ? value.length : 0), 0);
    if (batch.length > 0 && (batch.length === INSERT_ROWS || bytes + size > mostBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
