import { opendir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ForbiddenError, MAX_FOLDERS, sentence, type FolderEntry, type FolderListing } from '@wentu/domain';
import { isPictureName } from '@wentu/picture-format';
import { isJunk } from '../ignore-rules';
import { realRoots, resolveUnderRoots, unreadableFolder } from './load-roots';

const MAX_ENTRIES = 50_000;

/** Lists the folders that a user may choose to load, only under the roots. @throws the errors of `resolveUnderRoots` */
export async function listFolders(path: string | null, roots: readonly string[]): Promise<FolderListing> {
  if (path === null) {
    const real = await realRoots(roots);
    const [only] = real;
    if (only === undefined) throw new ForbiddenError(sentence('NO_LOAD_ROOTS'));
    if (real.length === 1) return await list(only, null);
    const folders = real.map((root) => ({ name: root, path: root }));
    return { path: null, parent: null, folders, pictureCount: 0, truncated: false };
  }
  const directory = await resolveUnderRoots(path, roots);
  const parent = await resolveUnderRoots(dirname(directory), roots).catch(() => null);
  return await list(directory, directory === parent ? null : parent);
}

async function list(directory: string, parent: string | null): Promise<FolderListing> {
  const folders: FolderEntry[] = [];
  let [pictureCount, seen, truncated] = [0, 0, false];
  try {
    for await (const entry of await opendir(directory, { bufferSize: 256 })) {
      if (++seen > MAX_ENTRIES || folders.length >= MAX_FOLDERS) {
        truncated = true;
        break;
      }
      if (isJunk(entry.name, entry.isDirectory())) continue;
      if (entry.isDirectory()) folders.push({ name: entry.name, path: join(directory, entry.name) });
      else if (isPictureName(entry.name)) pictureCount++;
    }
  } catch (error) {
    throw unreadableFolder(directory, error);
  }
  folders.sort((a, b) => a.name.localeCompare(b.name, 'zh'));
  return { path: directory, parent, folders, pictureCount, truncated };
}
