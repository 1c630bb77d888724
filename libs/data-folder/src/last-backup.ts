import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './replace-file';

export interface LastBackup {
  readonly folder: string;
  readonly madeAt: string;
}

const FILE = 'last-backup.json';

/** Remembers where the last backup of this data folder is, so that an error can name it. */
export async function noteBackup(dataDir: string, backup: LastBackup): Promise<void> {
  await replaceFile(join(dataDir, FILE), `${JSON.stringify(backup)}\n`);
}

/** @returns null when no backup was made of this data folder */
export function lastBackup(dataDir: string): LastBackup | null {
  try {
    const { folder, madeAt } = JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')) as Partial<LastBackup>;
    return typeof folder === 'string' && typeof madeAt === 'string' ? { folder, madeAt } : null;
  } catch {
    return null;
  }
}
