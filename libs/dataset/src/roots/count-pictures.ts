import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PictureCount } from '@wentu/domain';
import { isPictureName } from '@wentu/picture-format';
import { isJunk } from '../ignore-rules';
import { resolveUnderRoots } from './load-roots';

export interface CountLimits {
  /** Files and folders that are looked at. */
  readonly maxEntries: number;
  readonly maxMs: number;
}

const LIMITS: CountLimits = { maxEntries: 200_000, maxMs: 3_000 };

/**
 * Picture files in a folder under the roots and in all below it, by their names: what a load of the folder would go
 * through. It opens no file, so pictures without an extension are not among them; links are not followed. It ends at
 * the limits, also when a share does not answer.
 * @throws as `resolveUnderRoots`
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
  const goOn = (seen: number): boolean =>
    seen <= limits.maxEntries && !signal.aborted && performance.now() < deadlineMs;
  // A share that is away answers nothing, also not that it is.
  const stopped = aborted(stop).then(() => void (found.isComplete = false));
  await Promise.race([walk(directory, found, goOn), stopped]);
  return { ...found };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
}

async function walk(
  root: string,
  found: { count: number; isComplete: boolean },
  goOn: (seen: number) => boolean,
): Promise<void> {
  const folders = [root];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    try {
      for await (const entry of await opendir(folder, { bufferSize: 256 })) {
        if (!goOn(++seen)) {
          found.isComplete = false;
          return;
        }
        if (isJunk(entry.name, entry.isDirectory())) continue;
        if (entry.isDirectory()) folders.push(join(folder, entry.name));
        else if (isPictureName(entry.name)) found.count++;
      }
    } catch {
      // One that cannot be read: the load will name it.
      found.isComplete = false;
    }
  }
}
