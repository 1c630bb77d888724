import type { FolderSurvey, ImageReader, SourceFolder } from '@wentu/domain';
import { isBelow, parentPath, volumeOf, type FilePath } from '@wentu/file-access';
import { FileStates, type FileState } from './file-state';
import { imagesBelow, isRelated, type ReferencedImage } from './placed-images';
import { from, mapOrdered } from './streams';

/** Up to this many missing files at once are treated as deleted by a user. */
const MOST_AT_ONCE = 10;
/** A larger share of missing files in a folder is treated as an accident. */
const LARGEST_SHARE = 0.2;
/**
 * A file on an unreachable share blocks one of the four threads of the libuv pool. This leaves two threads for other
 * calls.
 */
const CONCURRENCY = 2;
const SLICE = 500;

export interface MissingOptions {
  readonly reader: Pick<ImageReader, 'listSources' | 'pageSource'>;
  readonly collectionId: number;
  /** The loaded folder, which was read completely. */
  readonly directory: FilePath;
  readonly survey: FolderSurvey;
  /** Number of images that this load added. The share of missing images counts only the images from before. */
  readonly added: number;
  readonly signal: AbortSignal;
  /** Removes images from the collection. @returns the number of images that existed */
  readonly remove: (ids: readonly number[]) => Promise<number>;
}

export interface MissingResult {
  readonly removed: number;
  /**
   * Number of images that stay although their files were not found: it may be an accident, or the file system did not
   * answer.
   */
  readonly missing: number;
  /** Number of images that stay because their folders were changed after the walk had read them. */
  readonly changing: number;
}

interface MissingImage {
  readonly id: number;
  readonly path: FilePath;
  /** The folder of the file was read completely, and it is on the same device as before. */
  readonly isCertain: boolean;
}

/**
 * After a walk of a folder, removes the images whose files were deleted. A missing file is not proof of a deletion, so
 * only images of completely read folders are removed. The images of a folder stay when all its files are missing, or
 * when it is on another device than before. All images stay when many files are missing at once. Excluded images are
 * always removed. A file that disappeared after its folder was read may have been moved to a folder that was read
 * before: the next load follows it, or removes its image.
 */
export async function removeMissing(options: MissingOptions): Promise<MissingResult> {
  const { reader, collectionId, directory, survey, signal, remove } = options;
  const related = (await reader.listSources(collectionId)).filter((source) => isRelated(source, directory));
  // The devices from the last load of the folder itself take precedence over those from loads of folders above and
  // below it.
  const sources = related.sort((a, b) => Number(b.directory === directory) - Number(a.directory === directory));
  const folders = new FolderCounts(directory);
  const files = new FileStates();
  const missing: MissingImage[] = [];
  const excluded: number[] = [];
  let unknown = 0;
  for await (const images of imagesBelow(reader, collectionId, directory)) {
    signal.throwIfAborted();
    const wanted: ReferencedImage[] = [];
    for (const image of images) {
      if (survey.isExcluded(image.path, image.source)) excluded.push(image.id);
      else if (!image.isKept) wanted.push(image);
    }
    for (const { path } of wanted) folders.count(path);
    const certain = new Map<FilePath | null, boolean>();
    const states = await statesOf(wanted, files);
    // The folder of a link does not tell whether the device of its target is mounted.
    unknown += states.unknown.length + states.dangling.length;
    for (const { id, path } of states.missing) {
      folders.miss(path);
      const folder = parentPath(path);
      // Check the folder after its files: a device that disappears in between must not look like a folder without these
      // files.
      if (!certain.has(folder)) certain.set(folder, await isCertain(folder, options, sources, files));
      missing.push({ id, path, isCertain: certain.get(folder) === true });
    }
  }
  const isMany = missing.length > MOST_AT_ONCE && missing.length > LARGEST_SHARE * (folders.total - options.added);
  const removable = isMany ? [] : missing.filter(({ path, isCertain }) => isCertain && !folders.isWhollyMissing(path));
  let removed = 0;
  for (const slice of slicesOf(excluded)) removed += await remove(slice);
  let [stayed, changing] = [0, 0];
  for (const slice of slicesOf(removable)) {
    signal.throwIfAborted();
    const { gone, moving } = await confirmed(slice, survey, files);
    stayed += slice.length - gone.length - moving.length;
    changing += moving.length;
    removed += await remove(gone);
  }
  return { removed, missing: unknown + missing.length - removable.length + stayed, changing };
}

/** All images below a directory whose files are missing, in pages. A user has decided to remove or keep them. */
export async function* missingBelow(
  reader: MissingOptions['reader'],
  collectionId: number,
  directory: FilePath,
): AsyncGenerator<ReferencedImage[]> {
  const files = new FileStates();
  for await (const images of imagesBelow(reader, collectionId, directory)) {
    const { missing, dangling } = await statesOf(images, files);
    yield [...missing, ...dangling];
  }
}

async function statesOf<T extends { readonly path: FilePath }>(
  images: readonly T[],
  files: FileStates,
): Promise<Record<FileState, T[]>> {
  const looked = mapOrdered(from(images), CONCURRENCY, async (image) => ({
    image,
    state: await files.of(image.path),
  }));
  const states: Record<FileState, T[]> = { present: [], missing: [], dangling: [], unknown: [] };
  for await (const { image, state } of looked) states[state].push(image);
  return states;
}

/**
 * Checks the files and then their folders once more, because the decision took time.
 * @returns ids of images whose files are gone, and of those whose folders have changed since they were read
 */
async function confirmed(
  images: readonly MissingImage[],
  survey: FolderSurvey,
  files: FileStates,
): Promise<{ gone: number[]; moving: number[] }> {
  const { missing: stillMissing } = await statesOf(images, files);
  const folders = new Map<FilePath | null, 'whole' | 'changed' | 'unread'>();
  for (const folder of new Set(stillMissing.map(({ path }) => parentPath(path)))) {
    const isRead = folder !== null && (await survey.wasRead(folder));
    folders.set(folder, !isRead ? 'unread' : (await survey.wasChanged(folder)) ? 'changed' : 'whole');
  }
  const idsIn = (state: 'whole' | 'changed'): number[] =>
    stillMissing.filter(({ path }) => folders.get(parentPath(path)) === state).map(({ id }) => id);
  return { gone: idsIn('whole'), moving: idsIn('changed') };
}

async function isCertain(
  folder: FilePath | null,
  { directory, survey }: MissingOptions,
  sources: readonly SourceFolder[],
  files: FileStates,
): Promise<boolean> {
  if (folder === null || !(await survey.wasRead(folder))) return false;
  const before = sources.map(({ devices }) => nearest(folder, devices)).find((known) => known !== null);
  if (!before) return true;
  const now = nearest(folder, survey.devices);
  // Another device was mounted over a folder whose images were loaded before.
  if (now !== null && now !== directory && isBelow(now, before)) return false;
  const known = sources.find(({ devices }) => devices.has(before))?.devices.get(before);
  return (await files.limit(volumeOf(before)).catch(() => null)) === known;
}

/** The folder itself, or its nearest parent, whose volume is known. */
function nearest(folder: FilePath, volumes: ReadonlyMap<string, string>): FilePath | null {
  for (let at: FilePath | null = folder; at !== null; at = parentPath(at)) if (volumes.has(at)) return at;
  return null;
}

/** Number of images and of missing images in a directory and in each folder below it, including their subfolders. */
class FolderCounts {
  total = 0;
  private readonly counts = new Map<FilePath, { images: number; missing: number }>();

  constructor(private readonly directory: FilePath) {}

  count(path: FilePath): void {
    this.total++;
    for (const folder of this.above(path)) this.of(folder).images++;
  }

  miss(path: FilePath): void {
    for (const folder of this.above(path)) this.of(folder).missing++;
  }

  /** Whether one of the folders that contain the file has lost all its images. */
  isWhollyMissing(path: FilePath): boolean {
    for (const folder of this.above(path)) {
      const { images, missing } = this.of(folder);
      if (images === missing) return true;
    }
    return false;
  }

  private *above(path: FilePath): Generator<FilePath> {
    for (let at = parentPath(path); at !== null; at = parentPath(at)) {
      yield at;
      if (at === this.directory) return;
    }
  }

  private of(folder: FilePath): { images: number; missing: number } {
    let counts = this.counts.get(folder);
    if (!counts) this.counts.set(folder, (counts = { images: 0, missing: 0 }));
    return counts;
  }
}

function* slicesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += SLICE) yield items.slice(start, start + SLICE);
}
