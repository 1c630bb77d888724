import Database from 'libsql';

/**
 * Takes the lock in this file for this process. It is a SQLite one, which the system gives back however the process
 * ends: no stale pid files. @returns what gives it back; null when somebody else has it
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
