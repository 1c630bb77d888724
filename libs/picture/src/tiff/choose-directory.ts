import { TAG, type Tiff, type TiffDirectory } from './directories';

/** Longest side that a first page without a mark of its own may have to be taken for a thumbnail. */
const MAX_THUMBNAIL_SIDE = 512;

export function sizeOf(directory: TiffDirectory): { width: number; height: number } {
  return { width: directory.number(TAG.width, 0), height: directory.number(TAG.height, 0) };
}

/**
 * Bit 0 of NewSubfileType is a reduced version of another picture, bit 1 a page of a document, bit 2 a mask;
 * SubfileType 2 is the older word for the first.
 */
function isPicture(directory: TiffDirectory): boolean {
  const { width, height } = sizeOf(directory);
  if (width === 0 || height === 0) return false;
  return (directory.number(TAG.newSubfileType, 0) & 5) === 0 && directory.number(TAG.subfileType, 1) !== 2;
}

/** The directory with the whole picture: the first of a document with pages, never the thumbnail in front of it. */
export function chooseDirectory({ directories }: Tiff): TiffDirectory | null {
  const [first] = directories;
  if (!first) return null;
  const all = directories.flatMap(withDescendants);
  const pictures = all.filter(isPicture);
  if (!isPicture(first)) return largest(pictures) ?? largest(all);
  if ((first.number(TAG.newSubfileType, 0) & 2) !== 0) return first;
  const others = pictures.filter((other) => isLargerCopy(other, first));
  return largest(others) ?? first;
}

function withDescendants(directory: TiffDirectory): TiffDirectory[] {
  return [directory, ...directory.children.flatMap(withDescendants)];
}

/** The same shape, at least twice as large: the pages of a document differ in other ways. */
function isLargerCopy(other: TiffDirectory, first: TiffDirectory): boolean {
  const [a, b] = [sizeOf(first), sizeOf(other)];
  if (Math.max(a.width, a.height) > MAX_THUMBNAIL_SIDE || b.width < 2 * a.width || b.height < 2 * a.height)
    return false;
  // A small side is a rounded number.
  const tolerance = 0.01 + 1 / Math.min(a.width, a.height);
  return Math.abs((b.width * a.height) / (b.height * a.width) - 1) <= tolerance;
}

function largest(directories: readonly TiffDirectory[]): TiffDirectory | null {
  const area = (directory: TiffDirectory): number => sizeOf(directory).width * sizeOf(directory).height;
  return directories.reduce<TiffDirectory | null>(
    (most, next) => (most === null || area(next) > area(most) ? next : most),
    null,
  );
}
