import { statfsSync } from 'node:fs';

/** Kinds of faults of a database file. */
export type SqliteFault = 'full' | 'damaged' | 'held' | 'refused' | 'unknown';

/** A disk with less free space counts as full: the shared memory of a database alone has 32 KiB. */
const LEAST_FREE_BYTES = 64 * 1024;

/**
 * @param error from libsql, from TypeORM around it, or from the system
 * @param folder folder of the file: an I/O error on a disk without free space counts as a full disk
 */
export function sqliteFault(error: unknown, folder?: string): SqliteFault {
  const { code } = Object((error as { driverError?: unknown }).driverError ?? error) as { code?: unknown };
  const is = (...codes: string[]): boolean => codes.some((one) => String(code).startsWith(one));
  if (is('SQLITE_FULL', 'ENOSPC', 'EDQUOT')) return 'full';
  if (is('SQLITE_CORRUPT', 'SQLITE_NOTADB')) return 'damaged';
  if (folder !== undefined && !is('SQLITE_BUSY', 'SQLITE_LOCKED') && !hasRoom(folder)) return 'full';
  if (is('SQLITE_BUSY', 'SQLITE_LOCKED')) return 'held';
  return is('SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_PERM', 'SQLITE_AUTH', 'EACCES', 'EPERM', 'EROFS')
    ? 'refused'
    : 'unknown';
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize, blocks } = statfsSync(folder);
    // Some network file systems do not report their size.
    return blocks === 0 || bavail * bsize >= LEAST_FREE_BYTES;
  } catch {
    return true;
  }
}
