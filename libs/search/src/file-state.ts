import { lstat, stat } from 'node:fs/promises';
import { orLate } from '@wentu/domain';
import { fsPath, type FilePath } from '@wentu/file-access';

/** dangling: the link exists, but its target does not. unknown: the file system does not give a clear answer. */
export type FileState = 'present' | 'missing' | 'dangling' | 'unknown';

/** A disk needs less time than this to spin up. A share whose server is unreachable never answers. */
const DEADLINE_MS = 60_000;
/**
 * Checks whether files exist, with a time limit. Use one instance per load: after the first check without an answer it
 * starts no more, because each one blocks a thread of the libuv pool.
 */
export class FileStates {
  private isUnanswered = false;

  constructor(private readonly deadlineMs = DEADLINE_MS) {}

  async of(path: FilePath): Promise<FileState> {
    if (this.isUnanswered) return 'unknown';
    return (await this.limit(stateOf(path))) ?? 'unknown';
  }

  /** @returns null when the work does not finish in time */
  async limit<T>(work: Promise<T>): Promise<T | null> {
    return await orLate(work, this.deadlineMs, () => {
      this.isUnanswered = true;
      return null;
    });
  }
}

/**
 * Only the error "no such file", or a folder in place of the file, counts as missing. A share that does not answer, and
 * a folder without read permission, do not.
 */
async function stateOf(path: FilePath): Promise<FileState> {
  try {
    const found = await lstat(fsPath(path));
    if (!found.isSymbolicLink()) return found.isDirectory() ? 'missing' : 'present';
  } catch (error) {
    return isAbsence(error) ? 'missing' : 'unknown';
  }
  try {
    await stat(fsPath(path));
    return 'present';
  } catch (error) {
    return isAbsence(error) ? 'dangling' : 'unknown';
  }
}

function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
