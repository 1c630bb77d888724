import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { ItemError } from '@wentu/domain';
import { readFailed } from './file-errors';
import { decodeUtf8 } from './image-id';

/** An image file, or something named like one that cannot be taken. */
export interface FoundImage {
  /** Relative to the root, `/`-separated, as the file system spells it. */
  readonly relativePath: string;
  /** Absolute; of a link, the file's own. */
  readonly path: string;
  readonly error?: ItemError;
}

const IMAGE = /\.(jpe?g|jpe|jfif|png|webp|gif|avif|svg|tiff?)$/i;
/** Folders that NAS boxes and archivers fill with thumbnails and leftovers; those that begin with a dot are skipped anyway. */
const SKIPPED = /^(\.|@eaDir$|#recycle$|__MACOSX$)/;

/**
 * Finds the image files below a folder, in the order of their relative paths by code unit. One folder's listing is held at a time
 * for each level. Links to files are followed when they stay inside the root, links to folders never.
 * @param root a real path
 */
export async function* walkImages(root: string, relative = ''): AsyncGenerator<FoundImage, void, void> {
  const seen = new Set<string>();
  for (const { name, dirent } of await listDirectory(join(root, relative))) {
    const relativePath = relative === '' ? name : `${relative}/${name}`;
    const path = join(root, relativePath);
    const found = { relativePath, path };
    if (name.includes(REPLACEMENT) && decodeUtf8(dirent.name) === undefined) {
      if (dirent.isDirectory() || IMAGE.test(name)) yield { ...found, error: badName(relativePath) };
    } else if (dirent.isDirectory()) {
      yield* walkDirectory(root, relativePath);
    } else if (IMAGE.test(name) && (dirent.isFile() || dirent.isSymbolicLink())) {
      const normal = name.normalize('NFC');
      if (seen.has(normal)) yield { ...found, error: sameName(relativePath) };
      else if (dirent.isFile()) yield found;
      else yield* followLink(root, found);
      seen.add(normal);
    }
  }
}

/** A folder that cannot be listed is one bad item; the rest goes on. */
async function* walkDirectory(root: string, relativePath: string): AsyncGenerator<FoundImage, void, void> {
  try {
    yield* walkImages(root, relativePath);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error && error.syscall === 'scandir')) throw error;
    yield { relativePath, path: join(root, relativePath), error: readFailed(relativePath, error) };
  }
}

async function* followLink(root: string, found: FoundImage): AsyncGenerator<FoundImage, void, void> {
  try {
    const path = await realpath(found.path);
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) {
      const message = `${found.relativePath} is a link out of the folder; such links are not followed`;
      yield { ...found, error: new ItemError('READ_FAILED', message) };
    } else if ((await stat(path)).isFile()) yield { ...found, path };
  } catch (error) {
    yield { ...found, error: readFailed(found.relativePath, error) };
  }
}

const REPLACEMENT = '\ufffd';

/** Names as bytes, since they need not be UTF-8; sorted as the relative paths will be. */
async function listDirectory(path: string): Promise<{ name: string; dirent: Dirent<Buffer> }[]> {
  const dirents = await readdir(path, { withFileTypes: true, encoding: 'buffer' });
  return dirents
    .map((dirent) => ({ name: dirent.name.toString('utf8'), dirent }))
    .filter(({ name }) => !SKIPPED.test(name))
    .map((entry) => ({ ...entry, key: entry.dirent.isDirectory() ? `${entry.name}/` : entry.name }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function badName(relativePath: string): ItemError {
  return new ItemError('BAD_ID', `the name ${relativePath} is not valid UTF-8; rename it`);
}

function sameName(relativePath: string): ItemError {
  const message = `${relativePath} has the same name as another file but for its Unicode form; rename one of them`;
  return new ItemError('DUPLICATE_ID', message);
}
