import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { diskError } from '@wentu/domain';
import type { StoreIdentity } from '@wentu/metadata';

/** The file with the id of the store that the data folder has used. With SQLite it is beside the database. */
const MARK = 'store-id';

/**
 * What a data folder knows about its store. Without the id, a missing, empty or different database (for example on a
 * disk that is not mounted) would look like a first start.
 * @param writes whether the id of an opened store is written into the folder
 */
export function storeIdentity(dataDir: string, writes: boolean): StoreIdentity {
  const file = join(dataDir, MARK);
  const expected = readMark(file);
  return {
    expected,
    remedy: `remove the file ${file}`,
    onOpened: (id) => {
      if (writes && expected === null) writeMark(dataDir, id);
    },
  };
}

/** Writes the id so that it survives a power failure. */
export function writeMark(dataDir: string, id: string): void {
  const file = join(dataDir, MARK);
  try {
    const handle = openSync(`${file}.new`, 'w');
    try {
      writeSync(handle, `${id}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw diskError(error);
  }
}

function readMark(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch (error) {
    // An unreadable id must not count as a missing one.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw diskError(error);
    return null;
  }
}
