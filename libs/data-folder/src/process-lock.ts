import Database from 'libsql';

/**
 * Takes the lock in this file for this process. It is a SQLite lock: the system releases it however the process ends,
 * so no stale pid file remains.
 * @param waitMs how long this thread waits for another process to release it
 * @returns a function that releases the lock; null when another process has it
 */
export function takeLock(path: string, waitMs = 0): (() => void) | null {
  const lock = new Database(path);
  try {
    lock.exec(`PRAGMA busy_timeout = ${waitMs}; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE`);
    return () => lock.close();
  } catch (error) {
    lock.close();
    if (/locked|busy/i.test(String(error))) return null;
    throw error;
  }
}
