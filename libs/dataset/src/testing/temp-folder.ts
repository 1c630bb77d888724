import { mkdir, mkdtemp, readdir, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Dataset, DatasetEntry, DatasetItem } from '@wentu/domain';

/** A folder for one test. */
export class TempFolder {
  private constructor(readonly path: string) {}

  static async make(): Promise<TempFolder> {
    return new TempFolder(await realpath(await mkdtemp(join(tmpdir(), 'wentu-dataset-'))));
  }

  async write(name: string, content: string | Uint8Array = name): Promise<string> {
    const path = join(this.path, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  }

  /** The files of the folder that this process has open (Linux only; empty on other systems). */
  async openFiles(): Promise<string[]> {
    const descriptors = await readdir('/proc/self/fd').catch(() => []);
    const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
    return targets.filter((target) => target.startsWith(this.path));
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

export async function all(dataset: Dataset, signal?: AbortSignal): Promise<DatasetEntry[]> {
  const entries: DatasetEntry[] = [];
  for await (const entry of dataset.entries(signal)) entries.push(entry);
  return entries;
}

/** The id of a good entry, or `item CODE` of a broken one. */
export function brief(entry: DatasetEntry): string {
  return 'error' in entry ? `${entry.item} ${entry.error.code}` : entry.imageId;
}

export function good(entries: readonly DatasetEntry[], imageId: string): DatasetItem {
  const entry = entries.find((each) => !('error' in each) && each.imageId === imageId);
  if (!entry || 'error' in entry) throw new Error(`no good entry ${imageId}`);
  return entry;
}

/** The ledger message of an item. */
export function messageOf(entries: readonly DatasetEntry[], item: string): string {
  const entry = entries.find((each) => each.item === item);
  return entry && 'error' in entry ? entry.error.message : 'none';
}
