import { TAG, type Tiff, type TiffDirectory } from './directories';

/** Longest side of a first page that counts as a thumbnail although its subfile type does not say so. */
const MAX_THUMBNAIL_SIDE = 512;

export function sizeOf(directory: TiffDirectory): { width: number; height: number } {
  return { width: directory.number(TAG.width, 0), height: directory.number(TAG.height, 0) };
}

/**
 * Whether a directory is a full picture. In NewSubfileType, bit 0 is a reduced version of another picture, bit 1 a page
 * of a document, bit 2 a mask. SubfileType 2 is the old value for a reduced version.
 */
function isPicture(directory: TiffDirectory): boolean {
  const { width, height } = sizeOf(directory);
  if (width === 0 || height === 0) return false;
  return (directory.number(TAG.newSubfileType, 0) & 5) === 0 && directory.number(TAG.subfileType, 1) !== 2;
}

/**
 * Chooses the directory with the full picture: the first page of a document, but never a thumbnail before the picture.
 */
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

/**
 * Whether `other` has the same aspect ratio and is at least twice as large. The pages of a document differ in other
 * ways.
 */
function isLargerCopy(other: TiffDirectory, first: TiffDirectory): boolean {
  const [a, b] = [sizeOf(first), sizeOf(other)];
  if (Math.max(a.width, a.height) > MAX_THUMBNAIL_SIDE || b.width < 2 * a.width || b.height < 2 * a.height)
    return false;
  // The sides of a small picture are rounded, so its aspect ratio is not exact.
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
