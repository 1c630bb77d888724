import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { replaceFile } from './replace-file';

/** What a backup says about itself, in its file `backup.json`. */
export interface BackupManifest {
  readonly version: 1;
  /** ISO 8601, in UTC. */
  readonly madeAt: string;
  readonly from: 'sqlite' | 'mysql';
  readonly sizeBytes: number;
  /** SHA-256 of the database, in hex. */
  readonly sha256: string;
}

const FILE = 'backup.json';
/** The database in a backup. */
export const databaseIn = (folder: string): string => join(folder, 'wentu.sqlite');

export async function describeDatabase(path: string): Promise<Pick<BackupManifest, 'sizeBytes' | 'sha256'>> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { sizeBytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

export async function writeManifest(folder: string, manifest: BackupManifest): Promise<void> {
  await replaceFile(join(folder, FILE), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** @returns null for backups of earlier versions, and for a manifest that cannot be read */
export async function readManifest(folder: string): Promise<BackupManifest | null> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, FILE), 'utf8')) as Partial<BackupManifest>;
    const { version, madeAt, from, sizeBytes, sha256 } = manifest;
    if (version !== 1 || typeof madeAt !== 'string' || typeof sizeBytes !== 'number') return null;
    if ((from !== 'sqlite' && from !== 'mysql') || typeof sha256 !== 'string') return null;
    return { version, madeAt, from, sizeBytes, sha256 };
  } catch {
    return null;
  }
}
