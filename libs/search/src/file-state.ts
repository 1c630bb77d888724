import { lstat } from 'node:fs/promises';
import { fsPath, type FilePath } from '@wentu/file-access';

/** Only a clear "no such file" counts: a share that does not answer, or a folder that may not be read, has lost nothing. */
export async function isGone(path: FilePath): Promise<boolean> {
  try {
    await lstat(fsPath(path));
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR';
  }
}
