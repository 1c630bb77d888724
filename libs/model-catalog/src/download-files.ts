import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

import { DownloadState } from './download-state';
import { FileDownload, noRoom, sizeOf, type RemoteFile } from './file-download';
import { NoSuchFileError } from './http-errors';
import type { HttpClient } from './http-client';
import { retry, type RetryOptions } from './retry';

export interface DownloadProgress {
  /** The file that is being downloaded; `number` of `count`. */
  readonly file: string;
  readonly number: number;
  readonly count: number;
  /** Bytes of this file, including those of earlier runs. */
  readonly receivedBytes: number;
  readonly sizeBytes: number | null;
  /** Bytes of all files, including those of earlier runs. */
  readonly receivedInAllBytes: number;
  /** null: the server gives no listing with the sizes. */
  readonly totalBytes: number | null;
}

export interface DownloadOptions {
  readonly http: HttpClient;
  readonly retry: RetryOptions;
  readonly maxFileBytes: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/**
 * Downloads into `folder` and continues an earlier call. The caller must not run two downloads into one folder.
 * @returns the folder with these files and no others
 */
export async function downloadFiles(
  files: readonly RemoteFile[],
  folder: string,
  options: DownloadOptions,
): Promise<string> {
  const target = join(folder, 'files');
  await mkdir(target, { recursive: true });
  await removeOthers(target, new Set(files.map(({ path }) => path)));
  const state = await DownloadState.open(join(folder, 'state.json'));
  await requireRoom(files, target);
  const totalBytes = totalOf(files);
  let earlierBytes = 0;
  for (const [i, file] of files.entries()) {
    options.signal?.throwIfAborted();
    const path = join(target, file.path);
    await mkdir(dirname(path), { recursive: true });
    // Installing copies the downloaded files, so the disk needs the room twice.
    const reserveBytes = knownSize(files.slice(i + 1)) + knownSize(files);
    const download = new FileDownload(file, path, {
      http: options.http,
      state,
      maxFileBytes: options.maxFileBytes,
      reserveBytes,
      ...(options.signal ? { signal: options.signal } : {}),
      onProgress: (receivedBytes, sizeBytes) =>
        options.onProgress?.({
          file: file.path,
          number: i + 1,
          count: files.length,
          receivedBytes,
          sizeBytes,
          receivedInAllBytes: earlierBytes + receivedBytes,
          totalBytes,
        }),
    });
    try {
      await retry(download.attempt, download.progressed, options.retry, options.signal);
    } catch (error) {
      if (!(file.optional && error instanceof NoSuchFileError)) throw error;
      await rm(path, { force: true });
    }
    earlierBytes += await sizeOf(path);
  }
  return target;
}

/** The size of all files; null when the size of one is not known. */
export function totalOf(files: readonly RemoteFile[]): number | null {
  return files.some(({ sizeBytes }) => sizeBytes === undefined) ? null : knownSize(files);
}

function knownSize(files: readonly RemoteFile[]): number {
  return files.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
}

/** Compares the disk with the whole download before the first byte. @throws DiskFullError */
async function requireRoom(files: readonly RemoteFile[], target: string): Promise<void> {
  let needed = 2 * knownSize(files);
  for (const { path, sizeBytes = 0 } of files) needed -= Math.min(sizeBytes, await sizeOf(join(target, path)));
  const { bavail, bsize } = await statfs(target);
  if (bavail * bsize < needed) throw noRoom(target, bavail * bsize, needed);
}

/** Removes files of an earlier call for the same name: they must not become part of this model. */
async function removeOthers(folder: string, wanted: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory() && !wanted.has(relative(folder, path).split(sep).join('/'))) await rm(path);
  }
}
