import Database from 'libsql';

/**
 * Takes the lock in this file for this process. It is a SQLite lock: the system releases it however the process ends,
 * so no stale pid file remains. @returns a function that releases the lock; null when another process has it
 */
export function takeLock(path: string): (() => void) | null {
  const lock = new Database(path);
  try {
    lock.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    return () => lock.close();
  } catch (error) {
    lock.close();
    if (/locked|busy/i.test(String(error))) return null;
    throw error;
  }
}
