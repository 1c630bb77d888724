import { constants } from 'node:fs';
import { lstat, open, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** `wentu-upload-` and the upload's id. */
const FOLDER_NAME = /^wentu-upload-([0-9a-f]{32})$/;
/** Only a folder with this file was created by an upload. */
export const MARK = 'wentu-upload.json';
const MAX_MARK_BYTES = 1_024;

export function uploadFolderName(id: string): string {
  return `wentu-upload-${id}`;
}

/** Whether a directory has the name of an upload's folder. */
export function isUploadFolder(directory: string): boolean {
  return FOLDER_NAME.test(basename(directory));
}

/** The content of the mark file: the id of the store whose server created the folder. */
export function markOf(storeId: string): string {
  return `${JSON.stringify({ madeBy: 'Wentu', store: storeId })}\n`;
}

export interface FoundUpload {
  readonly id: string;
  readonly path: string;
  readonly modifiedAtMs: number;
}

/**
 * Finds the folders below `root` that uploads of this store created. `root` may contain other folders too: the name of
 * a folder alone proves nothing, and neither does the mark of another store.
 */
export async function findUploadFolders(root: string, storeId: string): Promise<FoundUpload[]> {
  const found: FoundUpload[] = [];
  for (const name of await readdir(root).catch(() => [])) {
    const id = FOLDER_NAME.exec(name)?.[1];
    const path = join(root, name);
    if (id === undefined || !(await isOurs(path, storeId))) continue;
    const folder = await lstat(path).catch(() => null);
    if (folder) found.push({ id, path, modifiedAtMs: folder.mtimeMs });
  }
  return found;
}

/**
 * Removes the folder of an upload. The mark is removed last, so that after a crash the rest of the folder can still be
 * recognised.
 * @returns false when an upload of this store did not create the folder; then nothing is removed
 */
export async function removeUploadFolder(path: string, storeId: string): Promise<boolean> {
  if (!FOLDER_NAME.test(basename(path)) || !(await isOurs(path, storeId))) return false;
  for (const name of await readdir(path))
    if (name !== MARK) await rm(join(path, name), { recursive: true, force: true });
  // A file may have arrived in the meantime.
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
  return true;
}

/** Bytes of the files in the folder. */
export async function uploadFolderBytes(path: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(path).catch(() => []))
    bytes += await lstat(join(path, name)).then(
      (file) => (file.isFile() ? file.size : 0),
      () => 0,
    );
  return bytes;
}

async function isOurs(path: string, storeId: string): Promise<boolean> {
  const folder = await lstat(path).catch(() => null);
  if (folder?.isDirectory() !== true) return false;
  const mark = await open(join(path, MARK), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => null,
  );
  try {
    if (!mark || !(await mark.stat()).isFile()) return false;
    const { bytesRead, buffer } = await mark.read(Buffer.alloc(MAX_MARK_BYTES), 0, MAX_MARK_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead) === markOf(storeId);
  } catch {
    return false;
  } finally {
    await mark?.close();
  }
}
