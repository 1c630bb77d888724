import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConflictError, UnavailableError } from '@wentu/domain';
import Database from 'libsql';

/** The folder that one process owns: database, lock, and the address of the server that holds it. */
export class DataFolder {
  private constructor(
    readonly path: string,
    private readonly lock: Database.Database,
  ) {}

  /**
   * Takes the folder for this process. The lock is a SQLite one, which the system gives back however the process ends:
   * no stale pid files. @throws ConflictError when another process has it
   */
  static async open(path: string): Promise<DataFolder> {
    let lock: Database.Database | undefined;
    try {
      await mkdir(path, { recursive: true });
      lock = new Database(join(path, 'lock'));
      lock.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    } catch (error) {
      lock?.close();
      if (/locked|busy/i.test(String(error))) {
        throw new ConflictError(
          `the data folder ${path} is in use by another Wentu; stop it, or set WENTU_DATA_DIR to another folder`,
          {
            cause: error,
          },
        );
      }
      throw new UnavailableError(`the data folder ${path} cannot be used: ${String(error)}; check its permissions`, {
        cause: error,
      });
    }
    return new DataFolder(path, lock);
  }

  /** Tells others, such as the CLI beside a running server, where to ask. */
  async announce(address: string): Promise<void> {
    const file = join(this.path, 'server.json');
    await writeFile(`${file}.new`, JSON.stringify({ address, pid: process.pid }) + '\n');
    await rename(`${file}.new`, file);
  }

  async close(): Promise<void> {
    await rm(join(this.path, 'server.json'), { force: true });
    this.lock.close();
  }

  /** Address of the server that holds the folder; null when none has announced one. */
  static async serverAddress(path: string): Promise<string | null> {
    try {
      const { address } = JSON.parse(await readFile(join(path, 'server.json'), 'utf8')) as { address?: unknown };
      return typeof address === 'string' ? address : null;
    } catch {
      return null;
    }
  }
}
