import { existsSync } from 'node:fs';
import { cp, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { InvalidInputError, NotFoundError, UnavailableError } from '@wentu/domain';
import { copySqliteStore } from '@wentu/metadata';
import { addedModels, choiceFile } from './layout';
import { makeEmpty } from './make-empty';
import { writeMark } from './store-mark';

/** The data folder and the database to copy. */
export interface BackupSource {
  readonly dataDir: string;
  readonly database: { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'mysql' };
}

/**
 * Writes a data folder that Wentu can start with: a snapshot of the database, the added models and the choice of a
 * model. A server may use the original meanwhile and run loads. A load that was running at the snapshot continues when
 * Wentu starts with the copy. The copying by SQLite blocks the calling thread.
 *
 * @param target a folder that does not exist yet, or is empty
 * @returns the size of the copied database in bytes
 * @throws InvalidInputError, NotFoundError, UnavailableError; after an error the target has no database
 */
export async function backUp({ dataDir, database: source }: BackupSource, target: string): Promise<number> {
  if (source.kind !== 'sqlite') {
    throw new InvalidInputError(
      'the database is on a MySQL server; back it up with mysqldump, as docs/operations.md describes',
    );
  }
  const folder = resolve(target);
  if (!existsSync(source.path)) {
    throw new NotFoundError(
      `there is no database ${source.path} to back up; set WENTU_DATA_DIR or DATABASE_URL to the one you mean`,
    );
  }
  const database = join(folder, 'wentu.sqlite');
  try {
    await makeEmpty(folder);
    for (const path of [addedModels(dataDir), choiceFile(dataDir)]) {
      if (existsSync(path)) await cp(path, join(folder, basename(path)), { recursive: true });
    }
    // The database gets its final name only when the copy is complete.
    writeMark(folder, await copySqliteStore(source.path, `${database}.new`));
    await rename(`${database}.new`, database);
    return (await stat(database)).size;
  } catch (error) {
    await rm(`${database}.new`, { force: true });
    if (error instanceof InvalidInputError) throw error;
    throw new UnavailableError(
      `the backup to ${folder} failed: ${(error as Error).message}; check the free disk space, empty the folder, and try again`,
      { cause: error },
    );
  }
}
