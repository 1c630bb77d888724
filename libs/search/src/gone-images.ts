import type { FolderSurvey, ImageReader, SourceFolder } from '@wentu/domain';
import { isBelow, parentPath, volumeOf, type FilePath } from '@wentu/file-access';
import { FileStates, type FileState } from './file-state';
import { imagesBelow, isRelated, type ReferencedImage } from './placed-images';
import { from, mapOrdered } from './streams';

/** So many missing at once, or fewer, are taken for somebody's tidying up. */
const MOST_AT_ONCE = 10;
/** A larger share of a folder's images than this is not missing by intention. */
const LARGEST_SHARE = 0.2;
/** Files on a dead share block threads of libuv's pool, which has four: the others go on. */
const CONCURRENCY = 2;
const SLICE = 500;

export interface GoneOptions {
  readonly reader: Pick<ImageReader, 'listSources' | 'pageSource'>;
  readonly collectionId: number;
  /** The folder that was loaded, and read to its end. */
  readonly directory: FilePath;
  readonly survey: FolderSurvey;
  /** Images that the load has added: the share of the missing is one of those that were there before. */
  readonly added: number;
  readonly signal: AbortSignal;
  /** Takes images out. @returns how many were there */
  readonly remove: (ids: readonly number[]) => Promise<number>;
}

export interface GoneResult {
  readonly removed: number;
  /**
   * Images that stay though their files were not found: they have gone in a way that may be an accident, or the file
   * system does not say.
   */
  readonly missing: number;
}

interface Gone {
  readonly id: number;
  readonly path: FilePath;
  /** Its folder was read to its end, on the device on which it was before. */
  readonly isCertain: boolean;
}

/**
 * After a walk of a folder, takes out the images whose files are no longer there. Absence is not deletion: only images
 * of folders that were read to their end can go, and none go when a whole sub-folder is missing or empty, when a folder
 * lies on another device than before, or when many are missing at once. Excluded images go in any case.
 */
export async function takeOutGone(options: GoneOptions): Promise<GoneResult> {
  const { reader, collectionId, directory, survey, signal, remove } = options;
  const related = (await reader.listSources(collectionId)).filter((source) => isRelated(source, directory));
  // What the folder's own last load found counts before what loads of folders above and below it found.
  const sources = related.sort((a, b) => Number(b.directory === directory) - Number(a.directory === directory));
  const folders = new FolderCounts(directory);
  const files = new FileStates();
  const gone: Gone[] = [];
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
    // The link's own folder does not tell whether that of its file is mounted.
    unknown += states.unknown.length + states.dangling.length;
    for (const { id, path } of states.gone) {
      folders.miss(path);
      const folder = parentPath(path);
      // After its files were looked at: a device that goes away in between does not pass for a folder without them.
      if (!certain.has(folder)) certain.set(folder, await isCertain(folder, options, sources, files));
      gone.push({ id, path, isCertain: certain.get(folder) === true });
    }
  }
  const isMany = gone.length > MOST_AT_ONCE && gone.length > LARGEST_SHARE * (folders.total - options.added);
  const removable = isMany ? [] : gone.filter(({ path, isCertain }) => isCertain && !folders.isWhollyMissing(path));
  let removed = 0;
  for (const slice of slicesOf(excluded)) removed += await remove(slice);
  let stayed = 0;
  for (const slice of slicesOf(removable)) {
    signal.throwIfAborted();
    const stillGone = await confirmed(slice, survey, files);
    stayed += slice.length - stillGone.length;
    removed += await remove(stillGone);
  }
  return { removed, missing: unknown + gone.length - removable.length + stayed };
}

/** All images below a directory whose files have gone, for one who has said what is to become of them. */
export async function* goneBelow(
  reader: GoneOptions['reader'],
  collectionId: number,
  directory: FilePath,
): AsyncGenerator<ReferencedImage[]> {
  const files = new FileStates();
  for await (const images of imagesBelow(reader, collectionId, directory)) {
    const { gone, dangling } = await statesOf(images, files);
    yield [...gone, ...dangling];
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
  const states: Record<FileState, T[]> = { there: [], gone: [], dangling: [], unknown: [] };
  for await (const { image, state } of looked) states[state].push(image);
  return states;
}

/** A decision took time: what is removed is looked at once more, and then its folders. */
async function confirmed(images: readonly Gone[], survey: FolderSurvey, files: FileStates): Promise<number[]> {
  const { gone: stillGone } = await statesOf(images, files);
  const whole = new Map<FilePath | null, boolean>();
  for (const folder of new Set(stillGone.map(({ path }) => parentPath(path))))
    whole.set(folder, folder !== null && (await survey.wasRead(folder)));
  return stillGone.filter(({ path }) => whole.get(parentPath(path)) === true).map(({ id }) => id);
}

async function isCertain(
  folder: FilePath | null,
  { directory, survey }: GoneOptions,
  sources: readonly SourceFolder[],
  files: FileStates,
): Promise<boolean> {
  if (folder === null || !(await survey.wasRead(folder))) return false;
  const before = sources.map(({ devices }) => nearest(folder, devices)).find((known) => known !== null);
  if (!before) return true;
  const now = nearest(folder, survey.devices);
  // Something was mounted over a folder whose images were loaded before.
  if (now !== null && now !== directory && isBelow(now, before)) return false;
  const known = sources.find(({ devices }) => devices.has(before))?.devices.get(before);
  return (await files.limit(volumeOf(before)).catch(() => null)) === known;
}

/** The folder itself, or the nearest one above it, whose volume is known. */
function nearest(folder: FilePath, volumes: ReadonlyMap<string, string>): FilePath | null {
  for (let at: FilePath | null = folder; at !== null; at = parentPath(at)) if (volumes.has(at)) return at;
  return null;
}

/**
 * How many images there are, and how many of them are missing, in a directory and in each folder below it, with all
 * that lies below.
 */
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

  /** Whether one of the folders on the way to it has lost all its images. */
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
