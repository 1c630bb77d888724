import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { damaged } from './store-error';

/** The part of a SQLite connection that is used here. */
interface ReadingConnection {
  prepare(sql: string): { all(...parameters: unknown[]): unknown[] };
}

/** All pages of a smaller file are checked: about 0.1 s. */
const QUICK_BYTES = 64 * 1024 * 1024;
/** Of a larger file, only the pages of these tables are; `wentu doctor` and `wentu verify` check all. */
const SMALL = ['store_info', 'id_counter', 'milestone', 'embedding_space', 'collection', 'collection_space', 'source'];

/** @throws DamagedStoreError for a file that was cut off, about which SQLite only says that it is malformed */
export function refuseCutOff(path: string): void {
  const { size } = statSync(path);
  const missing = missingBytes(path, size);
  if (missing > 0)
    throw damaged(`the database at ${path} was cut off: its last ${missing} of ${size + missing} bytes are missing`);
}

/**
 * Finds pages that are not those of a database, before anything is written.
 * @throws DamagedStoreError
 */
export function checkPages(path: string, connection: ReadingConnection): void {
  const { size } = statSync(path);
  const checks = size <= QUICK_BYTES ? ['quick_check(1)'] : SMALL.map((table) => `quick_check('${table}')`);
  for (const check of checks) {
    const [line] = connection.prepare(`PRAGMA ${check}`).all() as { quick_check: string }[];
    if (line && line.quick_check !== 'ok')
      throw damaged(`the database at ${path} has damaged pages: ${line.quick_check.split('\n').at(-1)}`);
  }
}

/** The header has the number of pages. With a write-ahead log, the file may be shorter for a time. */
function missingBytes(path: string, size: number): number {
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return 0;
  const header = Buffer.alloc(100);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, header, 0, header.length, 0) < header.length) return 0;
  } finally {
    closeSync(file);
  }
  // The number counts only if it was written with the last change.
  if (header.readUInt32BE(24) !== header.readUInt32BE(92)) return 0;
  const pageSize = header.readUInt16BE(16);
  return header.readUInt32BE(28) * (pageSize === 1 ? 65_536 : pageSize) - size;
}
