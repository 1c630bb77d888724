import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PictureCount } from '@wentu/domain';
import { isPictureName } from '@wentu/picture-format';
import { isJunk } from '../ignore-rules';
import { resolveUnderRoots } from './load-roots';

export interface CountLimits {
  /** The limit of files and folders in the count. */
  readonly maxEntries: number;
  readonly maxMs: number;
}

const LIMITS: CountLimits = { maxEntries: 200_000, maxMs: 3_000 };

/**
 * Counts the pictures by their file names in a folder under the roots and in its subfolders, as an estimate of a load
 * of the folder. It opens no file, so it does not count pictures without an extension. It does not follow links. It
 * ends at the limits, even if a share does not answer.
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
  const found = { count: 0, isComplete: true };
  const deadlineMs = performance.now() + limits.maxMs;
  const mayContinue = (seen: number): boolean =>
    seen <= limits.maxEntries && !signal.aborted && performance.now() < deadlineMs;
  // A share that is unavailable may never answer.
  const stopped = aborted(stop).then(() => void (found.isComplete = false));
  await Promise.race([walk(directory, found, mayContinue), stopped]);
  return { ...found };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
}

async function walk(
  root: string,
  found: { count: number; isComplete: boolean },
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
        else if (isPictureName(entry.name)) found.count++;
      }
    } catch {
      // The load reports the folder that cannot be read.
      found.isComplete = false;
    }
  }
}
