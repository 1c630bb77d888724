import type { DuplicateGroup, DuplicateGroups, DuplicatePosition, ImageReader, ImageRow } from '@wentu/domain';

const SLICE = 1_000;

type RankedImage = Pick<ImageRow, 'id' | 'width' | 'height' | 'sizeBytes'>;

/** Most pixels, then most bytes, then the oldest. */
function compareQuality(a: RankedImage, b: RankedImage): number {
  return b.width * b.height - a.width * a.height || b.sizeBytes - a.sizeBytes || a.id - b.id;
}

/**
 * The groups with the images that still exist in this version, best first. Groups with fewer than two of them are left
 * out. Largest first, by the number of images when they were found.
 */
export async function rankGroups(
  images: Pick<ImageReader, 'get'>,
  groups: readonly (readonly number[])[],
  signal?: AbortSignal,
): Promise<DuplicateGroup[]> {
  const ranked: DuplicateGroup[] = [];
  for (const slice of slicesOf(groups)) {
    signal?.throwIfAborted();
    const rows = new Map((await images.get(slice.flat())).map((row) => [row.id, row]));
    for (const group of slice) {
      const there = group.flatMap((id) => {
        const row = rows.get(id);
        return row?.state === 'READY' ? [row] : [];
      });
      if (there.length < 2) continue;
      const [best, ...others] = there.sort(compareQuality) as [ImageRow, ...ImageRow[]];
      ranked.push({
        foundCount: group.length,
        key: group[0] as number,
        ids: [best, ...others].map(({ id }) => id),
        spareBytes: others.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      });
    }
  }
  return ranked.sort(comparePlaces);
}

/** @param ranked in the order of rankGroups */
export function pageOfGroups(
  ranked: readonly DuplicateGroup[],
  after: DuplicatePosition | null,
  limit: number,
): DuplicateGroups {
  const first = after === null ? 0 : ranked.findIndex((group) => comparePlaces(group, after) > 0);
  return {
    groups: first === -1 ? [] : ranked.slice(first, first + limit),
    total: ranked.length,
    spareBytes: ranked.reduce((sum, { spareBytes }) => sum + spareBytes, 0),
  };
}

function comparePlaces(a: DuplicatePosition, b: DuplicatePosition): number {
  return b.foundCount - a.foundCount || a.key - b.key;
}

/** Whole groups, together about SLICE ids. */
function* slicesOf(groups: readonly (readonly number[])[]): Generator<(readonly number[])[]> {
  let slice: (readonly number[])[] = [];
  let count = 0;
  for (const group of groups) {
    slice.push(group);
    count += group.length;
    if (count < SLICE) continue;
    yield slice;
    [slice, count] = [[], 0];
  }
  if (slice.length > 0) yield slice;
}
