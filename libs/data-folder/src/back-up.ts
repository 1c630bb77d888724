import { existsSync } from 'node:fs';
import { cp, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { InvalidInputError, NotFoundError, UnavailableError } from '@wentu/domain';
import { copySqliteStore } from '@wentu/metadata';
import { addedModels, choiceFile } from './layout';
import { makeEmpty } from './make-empty';
import { writeMark } from './store-mark';

/** What is to be copied. */
export interface BackupSource {
  readonly dataDir: string;
  readonly database: { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'mysql' };
}

/**
 * Writes a data folder on which Wentu can be started: the database as it is at one moment, the models that were added and
 * the choice of one. A server may work on the original meanwhile, loads included; a load that is cut by the copy goes on
 * when the copy is started. SQLite's copying blocks the calling thread.
 *
 * @param target a folder that does not exist yet, or is empty
 * @returns bytes of the copied database
 * @throws InvalidInputError, NotFoundError, UnavailableError; then the target has no database
 */
export async function backUp({ dataDir, database: source }: BackupSource, target: string): Promise<number> {
  if (source.kind !== 'sqlite') {
    throw new InvalidInputError(
      'the database is on a MySQL server, which has tools of its own for that: mysqldump, as docs/operations.md says',
    );
  }
  const folder = resolve(target);
  if (!existsSync(source.path)) {
    throw new NotFoundError(
      `there is no database ${source.path} to back up; WENTU_DATA_DIR or DATABASE_URL name another one`,
    );
  }
  const database = join(folder, 'wentu.sqlite');
  try {
    await makeEmpty(folder);
    for (const path of [addedModels(dataDir), choiceFile(dataDir)]) {
      if (existsSync(path)) await cp(path, join(folder, basename(path)), { recursive: true });
    }
    // Under its own name only when it is whole.
    writeMark(folder, await copySqliteStore(source.path, `${database}.new`));
    await rename(`${database}.new`, database);
    return (await stat(database)).size;
  } catch (error) {
    await rm(`${database}.new`, { force: true });
    if (error instanceof InvalidInputError) throw error;
    throw new UnavailableError(
      `the backup to ${folder} did not succeed: ${(error as Error).message}; see that there is room, empty the folder, and try again`,
      { cause: error },
    );
  }
}
