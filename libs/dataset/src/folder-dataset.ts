import { open, opendir, realpath, stat } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import {
  InvalidInputError,
  ItemError,
  type BrokenItem,
  type Dataset,
  type DatasetEntry,
  type DatasetItem,
} from '@wentu/domain';
import { readFailed } from './file-errors';
import { checkImageId } from './image-id';

export interface DatasetLimits {
  /** Largest picture that is read, in bytes. */
  readonly maxImageBytes: number;
}

const READ = ['.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.webp', '.gif', '.avif', '.svg', '.tif', '.tiff'];
/** Those that cannot be read as well: a line of the ledger tells who has them. */
const PICTURES = new Set([...READ, '.heic', '.heif', '.bmp', '.jxl']);
/** What programs leave beside pictures: thumbnails of NAS boxes and the like. */
const NOT_OURS = new Set(['@eaDir', '__MACOSX', '#recycle', '$RECYCLE.BIN', 'node_modules']);
const NOT_UTF8 = '\uFFFD';

export function isPictureName(name: string): boolean {
  return PICTURES.has(extname(name).toLowerCase());
}

/** Whether a load passes over a file or folder of this name. */
export function isSkippedName(name: string): boolean {
  return name.startsWith('.') || NOT_OURS.has(name);
}

/**
 * A tree of picture files, in the order of their names at each level. With ids from file names it remembers each one's path, to
 * name both of two that are the same: about 200 bytes a picture.
 */
export async function openFolder(directory: string, idFrom: 'path' | 'stem', limits: DatasetLimits): Promise<Dataset> {
  for await (const _first of walk(directory, directory)) return new FolderDataset(directory, idFrom, limits);
  throw new InvalidInputError(`${directory} holds no pictures (${READ.join(' ')}); give the folder that does`);
}

class FolderDataset implements Dataset {
  readonly kind = 'folder';

  constructor(
    readonly directory: string,
    private readonly idFrom: 'path' | 'stem',
    private readonly limits: DatasetLimits,
  ) {}

  async count(signal?: AbortSignal): Promise<number> {
    let count = 0;
    for await (const _path of walk(this.directory, this.directory, signal)) count++;
    return count;
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<DatasetEntry> {
    const taken = new Map<string, string>();
    for await (const path of walk(this.directory, this.directory, signal)) {
      if (typeof path !== 'string') {
        yield path;
        continue;
      }
      const item = relative(this.directory, path).split(sep).join('/');
      try {
        const name = this.idFrom === 'stem' ? basename(path, extname(path)) : item;
        const imageId = checkImageId(name);
        const before = taken.get(imageId);
        if (before !== undefined) {
          throw new ItemError(
            'DUPLICATE_ID',
            `${item} and ${before} both have the id ${imageId}; load the folder with ids from paths, or rename one`,
          );
        }
        // Paths are different but for their Unicode form, whose decomposed spelling comes first.
        if (this.idFrom === 'stem' || imageId !== name) taken.set(imageId, item);
        yield await this.item(item, imageId, path);
      } catch (error) {
        if (!(error instanceof ItemError)) throw error;
        yield { item, error };
      }
    }
  }

  async close(): Promise<void> {
    // A walk that was left closes its own directory handles.
  }

  private async item(item: string, imageId: string, path: string): Promise<DatasetItem> {
    const { maxImageBytes } = this.limits;
    const { mtimeMs } = await stat(path).catch((error: unknown) => Promise.reject(readFailed('file', error)));
    return {
      item,
      imageId,
      file: { path, modifiedAtMs: mtimeMs },
      read: () => readPictureFile(path, maxImageBytes),
    };
  }
}

/** @throws ItemError READ_FAILED, TOO_LARGE, EMPTY_FILE */
export async function readPictureFile(path: string, maxImageBytes: number): Promise<Uint8Array> {
  try {
    const handle = await open(path);
    try {
      // Of the open file, and no more is read than that: it may be growing.
      const { size } = await handle.stat();
      if (size > maxImageBytes) {
        throw new ItemError(
          'TOO_LARGE',
          `the file has ${size} bytes; at most ${maxImageBytes} are read (WENTU_MAX_IMAGE_BYTES)`,
        );
      }
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(size), 0, size, 0);
      if (bytesRead === 0) throw new ItemError('EMPTY_FILE', 'the file is empty');
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof ItemError ? error : readFailed('file', error);
  }
}

/**
 * Paths of the picture files below a directory, and the folders that cannot be read. Links to directories are not followed:
 * they may lead in a circle, or out. Holds the names of one branch of the tree at a time.
 */
async function* walk(root: string, directory: string, signal?: AbortSignal): AsyncGenerator<string | BrokenItem> {
  signal?.throwIfAborted();
  const directories: string[] = [];
  const files: string[] = [];
  const opened = await opendir(directory, { bufferSize: 256 }).catch((error: unknown) => readFailed('folder', error));
  if (opened instanceof ItemError) {
    yield { item: relative(root, directory).split(sep).join('/') || '.', error: opened };
    return;
  }
  for await (const entry of opened) {
    if (isSkippedName(entry.name)) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) directories.push(entry.name);
    else if (
      isPictureName(entry.name) &&
      (entry.isFile() || (entry.isSymbolicLink() && (await leadsInside(root, path))))
    ) {
      files.push(entry.name);
    }
  }
  for (const name of files.sort()) {
    signal?.throwIfAborted();
    yield join(directory, name);
  }
  for (const name of directories.sort()) {
    const path = join(directory, name);
    if (!name.includes(NOT_UTF8)) yield* walk(root, path, signal);
    else {
      // It cannot be opened by what Node made of its name.
      const error = new ItemError('BAD_ID', 'the name of the folder is not valid UTF-8; rename it');
      yield { item: relative(root, path).split(sep).join('/'), error };
    }
  }
}

async function leadsInside(root: string, link: string): Promise<boolean> {
  try {
    const target = await realpath(link);
    return target.startsWith(root.endsWith(sep) ? root : root + sep) && (await stat(target)).isFile();
  } catch {
    return false;
  }
}
