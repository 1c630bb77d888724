import { lstat } from 'node:fs/promises';
import { fsPath, type FilePath } from '@wentu/file-access';

/** unknown: the file system does not say. */
export type FileState = 'there' | 'gone' | 'unknown';

/** Only a clear "no such file" counts as gone: a share that does not answer, or a folder that may not be read, has lost nothing. */
export async function fileState(path: FilePath): Promise<FileState> {
  try {
    await lstat(fsPath(path));
    return 'there';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'unknown';
  }
}
