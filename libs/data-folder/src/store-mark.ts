import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { diskError } from '@wentu/domain';
import type { StoreIdentity } from '@wentu/metadata';

/** The id of the store that a data folder has used, beside the database or instead of one. */
const MARK = 'store-id';

/**
 * What a data folder knows of its store. Without it a database that is missing, empty or another one, such as of a disk
 * that was not mounted, would look like a first start.
 * @param writes whether the id of a store that is opened is remembered
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

/** Outlives a loss of power. */
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
    // One that cannot be read must not be taken for none.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw diskError(error);
    return null;
  }
}
