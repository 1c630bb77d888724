import { existsSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { ConflictError, InvalidInputError, NotFoundError, UnavailableError } from '@wentu/domain';
import { copySqliteStore } from '@wentu/metadata';
import { databaseIn, describeDatabase, writeManifest } from './backup-manifest';
import { noteBackup } from './last-backup';
import { addedModels, choiceFile } from './layout';
import { makeEmpty } from './make-empty';
import { writeMark } from './store-mark';

/** The data folder and the database to copy. */
export interface BackupSource {
  readonly dataDir: string;
  readonly database:
    { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'mysql'; readonly url: string };
}

/**
 * Writes a data folder that Wentu can start with: a snapshot of the database in a SQLite file, the added models and the
 * choice of a model. A server may use the original meanwhile and run loads. A load that was running at the snapshot
 * continues when Wentu starts with the copy. The copying by SQLite blocks the calling thread.
 *
 * @param target a folder that does not exist yet, or is empty
 * @returns the size of the copied database in bytes
 * @throws InvalidInputError, NotFoundError, ConflictError, UnavailableError; after an error the target has no database
 */
export async function backUp({ dataDir, database: source }: BackupSource, target: string): Promise<number> {
  const folder = resolve(target);
  if (source.kind === 'sqlite' && !existsSync(source.path)) {
    throw new NotFoundError(
      `there is no database ${source.path} to back up; set WENTU_DATA_DIR or DATABASE_URL to the one you mean`,
    );
  }
  const database = databaseIn(folder);
  try {
    await makeEmpty(folder);
    for (const path of [addedModels(dataDir), choiceFile(dataDir)]) await copyIfThere(path, folder);
    // The database gets its final name only when the copy is complete.
    writeMark(folder, await copyStore(source, `${database}.new`));
    const described = await describeDatabase(`${database}.new`);
    const madeAt = new Date().toISOString();
    await writeManifest(folder, { version: 1, madeAt, from: source.kind, ...described });
    await rename(`${database}.new`, database);
    // A folder that cannot be written to, such as that of another user, is no reason against the backup.
    if (existsSync(dataDir)) await noteBackup(dataDir, { folder, madeAt }).catch(() => undefined);
    return described.sizeBytes;
  } catch (error) {
    await rm(`${database}.new`, { force: true });
    if (error instanceof InvalidInputError || error instanceof ConflictError) throw error;
    throw new UnavailableError(
      `the backup to ${folder} failed: ${(error as Error).message}; check the free disk space, empty the folder, and try again`,
      { cause: error },
    );
  }
}

async function copyStore(source: BackupSource['database'], to: string): Promise<string> {
  if (source.kind === 'sqlite') return await copySqliteStore(source.path, to);
  const { copyMysqlStore } = await import('@wentu/metadata/mysql');
  return await copyMysqlStore(source.url, to);
}

async function copyIfThere(path: string, folder: string): Promise<void> {
  if (existsSync(path)) await cp(path, resolve(folder, basename(path)), { recursive: true });
}
