import { lstat, realpath } from 'node:fs/promises';
import {
  InvalidInputError,
  ItemError,
  UnavailableError,
  sentence,
  type Dataset,
  type DatasetEntry,
  type FolderSurvey,
} from '@wentu/domain';
import { fsPath, openRegularFile, type FilePath } from '@wentu/file-access';
import { readFailed } from './file-errors';
import { closeFile, FolderTime } from './folder-time';
import { FolderWalk, type PictureFile } from './folder-walk';
import { readSidecars } from './given/sidecars';
import { checkImageId } from './image-id';
import { whenHandlesAreFree } from './when-handles-are-free';

export interface DatasetLimits {
  /** The largest picture file that is read, in bytes. */
  readonly maxImageBytes: number;
  /** How long a folder or a file in it may take to answer once. Default 60 s. */
  readonly folderTimeoutMs?: number;
  /** Patterns of files and folders that a load ignores, in the syntax of gitignore. */
  readonly ignored?: readonly string[];
}

export interface FolderOptions {
  /** The id of an image: its path, or its file name without extension. */
  readonly idFrom?: 'path' | 'stem';
  readonly mayBeEmpty?: () => Promise<boolean>;
}

/**
 * Opens a tree of picture files, in the order of their names at each level.
 * @throws InvalidInputError when there is no picture, unless the folder may be empty
 */
export async function openFolder(
  directory: string,
  { idFrom = 'path', mayBeEmpty }: FolderOptions,
  limits: DatasetLimits,
): Promise<Dataset> {
  const dataset = new FolderDataset(directory, idFrom, limits);
  for await (const _first of dataset.walk().files()) return dataset;
  if (await mayBeEmpty?.()) return dataset;
  throw new InvalidInputError(sentence('NO_PICTURES', { directory }));
}

class FolderDataset implements Dataset {
  readonly kind = 'folder';
  private lastWalk: FolderWalk | undefined;
  private readonly time: FolderTime;

  constructor(
    readonly directory: string,
    private readonly idFrom: 'path' | 'stem',
    private readonly limits: DatasetLimits,
  ) {
    this.time = new FolderTime(limits.folderTimeoutMs);
  }

  get survey(): FolderSurvey {
    this.lastWalk ??= this.walk();
    return this.lastWalk;
  }

  walk(): FolderWalk {
    return new FolderWalk(this.directory, this.limits.ignored ?? [], this.time);
  }

  async count(signal?: AbortSignal): Promise<number> {
    let count = 0;
    for await (const _file of this.walk().files(signal)) count++;
    return count;
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<DatasetEntry> {
    this.lastWalk = this.walk();
    for await (const file of this.lastWalk.files(signal)) {
      if ('error' in file) yield file;
      else yield await this.entry(file);
    }
  }

  async close(): Promise<void> {
    // A walk that is stopped closes its own directory handles.
  }

  private async entry({ path, target, name, sidecars }: PictureFile): Promise<DatasetEntry> {
    const { maxImageBytes } = this.limits;
    try {
      const imageId = checkImageId(this.idFrom === 'stem' ? stemOf(name) : name);
      const { mtimeMs, size } = await this.time
        .limit(lstat(fsPath(target)))
        .catch((error: unknown) => Promise.reject(readFailed('file', error)));
      return {
        item: name,
        imageId,
        location: path,
        file: { path, modifiedAtMs: mtimeMs, sizeBytes: size },
        read: () => readPicture(target, maxImageBytes, this.time),
        ...(sidecars.length === 0 ? {} : { given: () => readSidecars(sidecars, this.time) }),
      };
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
      return { item: name, error };
    }
  }
}

function stemOf(name: string): string {
  const file = name.slice(name.lastIndexOf('/') + 1);
  const dot = file.lastIndexOf('.');
  return dot > 0 ? file.slice(0, dot) : file;
}

/** @throws ItemError READ_FAILED, TOO_LARGE, EMPTY_FILE */
export async function readPictureFile(path: string, maxImageBytes: number): Promise<Uint8Array> {
  const real = await realpath(path).catch((error: unknown) => Promise.reject(readFailed('file', error)));
  return await readPicture(real, maxImageBytes, new FolderTime());
}

/** @throws ItemError READ_FAILED, TOO_LARGE, EMPTY_FILE; UnavailableError when the process cannot open any file */
async function readPicture(path: FilePath, maxImageBytes: number, time: FolderTime): Promise<Uint8Array> {
  try {
    const handle = await time.limit(
      whenHandlesAreFree(async () => await openRegularFile(path)),
      closeFile,
    );
    try {
      // The size of the open file. No more bytes are read, because the file may be growing.
      const { size } = await handle.stat();
      if (size > maxImageBytes) {
        throw new ItemError('TOO_LARGE', sentence('FILE_TOO_LARGE', { fileBytes: size, maxBytes: maxImageBytes }));
      }
      const { bytesRead, buffer } = await time.limit(handle.read(Buffer.allocUnsafe(size), 0, size, 0));
      if (bytesRead === 0) throw new ItemError('EMPTY_FILE', sentence('FILE_EMPTY'));
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof ItemError || error instanceof UnavailableError) throw error;
    throw readFailed('file', error);
  }
}
