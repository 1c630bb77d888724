import { lstat, opendir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { PictureCount } from '@wentu/domain';
import { isPictureName } from '@wentu/picture-format';
import { isJunk } from '../ignore-rules';
import { resolveUnderRoots } from './load-roots';

export interface CountLimits {
  /** The limit of files and folders in the count. */
  readonly maxEntries: number;
  readonly maxMs: number;
}

const VIDEOS = new Set('.mp4 .mov .m4v .avi .mkv .webm .3gp .mts .m2ts .mpg .mpeg .wmv .flv .ogv .insv'.split(' '));
/** The number of files whose sizes are read at once. */
const SIZES_AT_ONCE = 32;

const LIMITS: CountLimits = { maxEntries: 200_000, maxMs: 3_000 };

/**
 * Counts the pictures by their file names in a folder under the roots and in its subfolders, as an estimate of a load
 * of the folder. It opens no file, so it does not count pictures without an extension. It does not follow links. The
 * sizes are read after the count, in the time that is left. It ends at the limits, even if a share does not answer.
 * @throws the errors of `resolveUnderRoots`
 */
export async function countPictures(
  path: string,
  roots: readonly string[],
  signal: AbortSignal,
  limits = LIMITS,
): Promise<PictureCount> {
  const directory = await resolveUnderRoots(path, roots);
  const stop = AbortSignal.any([signal, AbortSignal.timeout(limits.maxMs)]);
  const found: Found = { count: 0, videos: 0, others: 0, isComplete: true };
  const paths: string[] = [];
  let sizeBytes: number | null = null;
  const deadlineMs = performance.now() + limits.maxMs;
  const mayContinue = (seen: number): boolean =>
    seen <= limits.maxEntries && !signal.aborted && performance.now() < deadlineMs;
  let isWalked = false;
  // A share that is unavailable may never answer.
  const stopped = aborted(stop).then(() => {
    if (!isWalked) found.isComplete = false;
  });
  const work = async (): Promise<void> => {
    await walk(directory, found, paths, mayContinue);
    isWalked = true;
    const sum = await sumSizes(paths, () => mayContinue(0));
    if (found.isComplete) sizeBytes = sum;
  };
  await Promise.race([work(), stopped]);
  return { ...found, sizeBytes };
}

interface Found {
  count: number;
  videos: number;
  others: number;
  isComplete: boolean;
}

/** @returns null when it had to end early */
async function sumSizes(paths: readonly string[], mayContinue: () => boolean): Promise<number | null> {
  let sum = 0;
  for (let at = 0; at < paths.length; at += SIZES_AT_ONCE) {
    if (!mayContinue()) return null;
    const stats = await Promise.all(paths.slice(at, at + SIZES_AT_ONCE).map((path) => lstat(path).catch(() => null)));
    for (const stat of stats) sum += stat?.size ?? 0;
  }
  return sum;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
}

async function walk(
  root: string,
  found: Found,
  paths: string[],
  mayContinue: (seen: number) => boolean,
): Promise<void> {
  const folders = [root];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    try {
      for await (const entry of await opendir(folder, { bufferSize: 256 })) {
        if (!mayContinue(++seen)) {
          found.isComplete = false;
          return;
        }
        if (isJunk(entry.name, entry.isDirectory())) continue;
        if (entry.isDirectory()) folders.push(join(folder, entry.name));
        else if (!entry.isFile()) continue;
        else if (isPictureName(entry.name)) {
          found.count++;
          paths.push(join(folder, entry.name));
        } else if (VIDEOS.has(extname(entry.name).toLowerCase())) found.videos++;
        else found.others++;
      }
    } catch {
      // The load reports the folder that cannot be read.
      found.isComplete = false;
    }
  }
}
