import { lstat, stat } from 'node:fs/promises';
import { fsPath, type FilePath } from '@wentu/file-access';

/** dangling: a link is there, and what it leads to is not. unknown: the file system does not say. */
export type FileState = 'there' | 'gone' | 'dangling' | 'unknown';

/**
 * Only a clear "no such file", or a folder in its place, counts as gone: a share that does not answer, or a folder that may not be read, has lost
 * nothing.
 */
export async function fileState(path: FilePath): Promise<FileState> {
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
