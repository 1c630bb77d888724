import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConflictError, diskError } from '@wentu/domain';
import { fileError } from '@wentu/metadata';
import { takeLock } from './process-lock';
import { replaceFile } from './replace-file';

/** `runningServer` has the lock for a moment, to see whether another process has it. */
const LOCK_WAIT_MS = 1_000;

/** The folder that one process owns: database, lock, and the address of the server that uses it. */
export class DataFolder {
  private constructor(
    readonly path: string,
    /** Created with the folder. */
    readonly id: string,
    private readonly unlock: () => void,
  ) {}

  /** Locks the folder for this process. @throws ConflictError when another process has it */
  static async open(path: string): Promise<DataFolder> {
    let unlock: (() => void) | null;
    try {
      // Other users of the machine may not read it. A folder that exists keeps its mode.
      await mkdir(path, { recursive: true, mode: 0o700 });
      unlock = takeLock(join(path, 'lock'), LOCK_WAIT_MS);
    } catch (error) {
      throw fileError(error, `the data folder ${path} cannot be used`, path);
    }
    if (unlock) {
      const id = await readId(path).catch((error: unknown) => {
        unlock();
        throw diskError(error);
      });
      return new DataFolder(path, id, unlock);
    }
    throw new ConflictError(
      `the data folder ${path} is in use by another Wentu process; stop it, or set WENTU_DATA_DIR to another folder`,
    );
  }

  /** Writes the address of this server, for example for the CLI on the same machine. */
  async announce(address: string): Promise<void> {
    const file = join(this.path, 'server.json');
    await replaceFile(file, JSON.stringify({ address, pid: process.pid }) + '\n').catch((error: unknown) => {
      throw diskError(error);
    });
  }

  async close(): Promise<void> {
    // On a disk that is read-only now the file stays. Readers find out that no server answers at its address.
    await rm(join(this.path, 'server.json'), { force: true }).catch(() => undefined);
    this.unlock();
  }
}

async function readId(path: string): Promise<string> {
  const file = join(path, 'id');
  const known = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (/^[0-9a-f]{16}$/.test(known)) return known;
  const id = randomBytes(8).toString('hex');
  await replaceFile(file, `${id}\n`);
  return id;
}
