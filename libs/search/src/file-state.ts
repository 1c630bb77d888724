import { lstat, stat } from 'node:fs/promises';
import { orLate } from '@wentu/domain';
import { fsPath, type FilePath } from '@wentu/file-access';

/** dangling: a link is there, and what it leads to is not. unknown: the file system does not say. */
export type FileState = 'there' | 'gone' | 'dangling' | 'unknown';

/** A disk that spins up answers within this time. A share whose server is gone never does. */
const DEADLINE_MS = 60_000;
/**
 * Looks at files, and never waits for ever. One per load: after one that gets no answer it asks no more, for each
 * blocks a thread of libuv's pool.
 */
export class FileStates {
  private isUnanswered = false;

  constructor(private readonly deadlineMs = DEADLINE_MS) {}

  async of(path: FilePath): Promise<FileState> {
    if (this.isUnanswered) return 'unknown';
    return (await this.limit(stateOf(path))) ?? 'unknown';
  }

  /** @returns null when there is no answer */
  async limit<T>(work: Promise<T>): Promise<T | null> {
    return await orLate(work, this.deadlineMs, () => {
      this.isUnanswered = true;
      return null;
    });
  }
}

/**
 * Only a clear "no such file", or a folder in its place, counts as gone: a share that does not answer, or a folder that
 * may not be read, has lost nothing.
 */
async function stateOf(path: FilePath): Promise<FileState> {
  try {
    const found = await lstat(fsPath(path));
    if (!found.isSymbolicLink()) return found.isDirectory() ? 'gone' : 'there';
  } catch (error) {
    return isAbsence(error) ? 'gone' : 'unknown';
  }
  try {
    await stat(fsPath(path));
    return 'there';
  } catch (error) {
    return isAbsence(error) ? 'dangling' : 'unknown';
  }
}

function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
