import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { openedPath, isBelow, ReplacedError } from '@wentu/file-access';

/** A file that the user named, or a file in a directory that may be read. A file must not lead out of its directory. */
export type SourceFile = string | { readonly directory: string; readonly name: string };

export function pathOf(file: SourceFile): string {
  return typeof file === 'string' ? file : join(file.directory, file.name);
}

/** Opens the file and then checks it, because a link may have replaced it since the last check. */
export async function openSourceFile(file: SourceFile): Promise<FileHandle> {
  const path = pathOf(file);
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (typeof file !== 'string') {
      const isInside = isBelow(await openedPath(handle, path), file.directory);
      if (!isInside || !(await handle.stat()).isFile()) throw new ReplacedError(path);
    }
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}
