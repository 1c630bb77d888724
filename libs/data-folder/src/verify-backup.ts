import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { NotFoundError } from '@wentu/domain';
import { checkSqliteStore, type StoreProblem } from '@wentu/metadata';
import { databaseIn, describeDatabase, readManifest } from './backup-manifest';

/** Something that is wrong with a backup. */
export type BackupProblem =
  | StoreProblem
  /** Its bytes are not those that were written; or a server has used the folder. */
  | { readonly code: 'OTHER_BYTES'; readonly expectedBytes: number; readonly sizeBytes: number };

export interface VerifiedBackup {
  readonly problems: readonly BackupProblem[];
  readonly images: number;
  readonly originals: number;
  readonly sizeBytes: number;
  /** Null: a backup of an earlier version, whose bytes cannot be compared. */
  readonly madeAt: string | null;
}

/**
 * Reads a whole backup: its bytes, its pages, counts, embeddings and copied originals.
 * @throws NotFoundError for a folder without a database
 */
export async function verifyBackup(folder: string): Promise<VerifiedBackup> {
  const path = databaseIn(resolve(folder));
  if (!existsSync(path)) throw new NotFoundError(`there is no backup in ${resolve(folder)}: it has no wentu.sqlite`);
  const [manifest, { sizeBytes, sha256 }] = [await readManifest(folder), await describeDatabase(path)];
  const problems: BackupProblem[] = [];
  if (manifest && manifest.sha256 !== sha256)
    problems.push({ code: 'OTHER_BYTES', expectedBytes: manifest.sizeBytes, sizeBytes });
  const { problems: found, images, originals } = checkSqliteStore(path);
  return { problems: [...problems, ...found], images, originals, sizeBytes, madeAt: manifest?.madeAt ?? null };
}
