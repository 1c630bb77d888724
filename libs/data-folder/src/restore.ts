import { existsSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { ConflictError, UnavailableError, WentuError } from '@wentu/domain';
import { copySqliteStore } from '@wentu/metadata';
import type { BackupSource } from './back-up';
import { databaseIn } from './backup-manifest';
import { DataFolder } from './data-folder';
import { addedModels, choiceFile } from './layout';
import { writeMark } from './store-mark';
import { verifyBackup } from './verify-backup';

export interface Restored {
  readonly images: number;
  /** Where the database before is kept; null: there was none. */
  readonly kept: string | null;
}

/**
 * Copies a backup into the store of the settings: a SQLite file, or a database on a MySQL server without images. The
 * backup is verified first and stays as it is. Models of the backup are added to those in the data folder. The next
 * start fills the index from the rows.
 *
 * @param replaces whether a SQLite database that is there is moved aside
 * @throws ConflictError when a server uses the data folder, when a database is there, or when the backup is damaged
 */
export async function restore(
  { dataDir, database: target }: BackupSource,
  from: string,
  { replaces = false } = {},
): Promise<Restored> {
  const { problems, images } = await verifyBackup(from);
  if (problems.length > 0)
    throw new ConflictError(
      `the backup ${resolve(from)} is damaged (${problems.map(({ code }) => code).join(', ')}); run wentu verify on it, and restore another one`,
    );
  const folder = await DataFolder.open(dataDir);
  try {
    const source = databaseIn(resolve(from));
    const kept = target.kind === 'sqlite' ? await putAside(target.path, replaces) : null;
    writeMark(dataDir, await copyInto(source, target));
    for (const path of [addedModels(from), choiceFile(from)])
      if (existsSync(path)) await cp(path, resolve(dataDir, basename(path)), { recursive: true });
    return { images, kept };
  } catch (error) {
    if (error instanceof WentuError) throw error;
    throw new UnavailableError(
      `the restore failed: ${(error as Error).message}; check the free disk space, and try again`,
      {
        cause: error,
      },
    );
  } finally {
    await folder.close();
  }
}

async function copyInto(source: string, target: BackupSource['database']): Promise<string> {
  if (target.kind === 'mysql') {
    const { restoreMysqlStore } = await import('@wentu/metadata/mysql');
    return await restoreMysqlStore(source, target.url);
  }
  await rm(`${target.path}.new`, { force: true });
  const id = await copySqliteStore(source, `${target.path}.new`);
  await rename(`${target.path}.new`, target.path);
  return id;
}

/** @returns where the database is now; null when there was none */
async function putAside(path: string, replaces: boolean): Promise<string | null> {
  if (!existsSync(path)) return null;
  if (!replaces)
    throw new ConflictError(
      `there is a database at ${path}; with --replace it is kept beside the restored one, or set WENTU_DATA_DIR to an empty folder`,
    );
  const kept = `${path}.before-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  // The write-ahead log belongs to the database.
  for (const end of ['', '-wal', '-shm']) if (existsSync(path + end)) await rename(path + end, kept + end);
  return kept;
}
