/** What actions need to know of a picture that is selected. */
export interface SelectedPicture {
  /** Such as Image:123. */
  readonly id: string;
  readonly imageId: string;
  /** The name of its collection. */
  readonly collection: string;
  readonly sizeBytes: number;
  readonly tags: readonly string[];
}

/** The largest number of pictures that can be selected: as many as one zip file or one deletion takes. */
export const MOST_SELECTED = 10_000;

export interface Selection {
  /** By their ids, in the order of their selection. */
  readonly pictures: ReadonlyMap<string, SelectedPicture>;
  /** The place in the list of the last picture that was selected alone: where a range begins. */
  readonly anchor: number | null;
  /** Further pictures were left out, because of `MOST_SELECTED`. */
  readonly isCut: boolean;
}

export const NOTHING: Selection = { pictures: new Map(), anchor: null, isCut: false };

/** Selects the picture, or takes it out. */
export function toggle(before: Selection, picture: SelectedPicture, at: number): Selection {
  const pictures = new Map(before.pictures);
  if (pictures.delete(picture.id)) return { pictures, anchor: at, isCut: false };
  return { ...add(before, [picture]), anchor: at };
}

/** Selects these too. The anchor stays. */
export function add(before: Selection, added: readonly SelectedPicture[]): Selection {
  const pictures = new Map(before.pictures);
  let isCut = before.isCut;
  for (const picture of added) {
    if (pictures.size >= MOST_SELECTED && !pictures.has(picture.id)) isCut = true;
    else pictures.set(picture.id, picture);
  }
  return { pictures, anchor: before.anchor, isCut };
}

/** Takes these out. The anchor stays. */
export function remove(before: Selection, removed: readonly Pick<SelectedPicture, 'id'>[]): Selection {
  const pictures = new Map(before.pictures);
  for (const { id } of removed) pictures.delete(id);
  return { pictures, anchor: before.anchor, isCut: false };
}

/** The places of a range with both ends, and no more of them than can be selected: from the anchor on. */
export function rangeTo(anchor: number, to: number): { readonly from: number; readonly to: number } {
  const last = anchor + Math.sign(to - anchor) * Math.min(Math.abs(to - anchor), MOST_SELECTED - 1);
  return { from: Math.min(anchor, last), to: Math.max(anchor, last) };
}

/** The pictures by their collections. */
export function byCollection<T extends { readonly collection: string }>(pictures: Iterable<T>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const picture of pictures) {
    const group = groups.get(picture.collection);
    if (group) group.push(picture);
    else groups.set(picture.collection, [picture]);
  }
  return groups;
}

/** Lists of at most `most` entries, in the same order. */
export function batches<T>(entries: readonly T[], most: number): T[][] {
  const found: T[][] = [];
  for (let from = 0; from < entries.length; from += most) found.push(entries.slice(from, from + most));
  return found;
}

/** The tags of the pictures and how many have them, the most frequent first. */
export function tagCounts(pictures: Iterable<SelectedPicture>): { readonly tag: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { tags } of pictures) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .map(([tag, count]) => ({ tag, count }))
    .sort((a, b) => b.count - a.count || (a.tag < b.tag ? -1 : 1));
}

/** A rectangle in one coordinate system with others. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The rectangle with these two corners. */
export function between(a: { x: number; y: number }, b: { x: number; y: number }): Rectangle {
  return {
    ...{ left: Math.min(a.x, b.x), top: Math.min(a.y, b.y) },
    ...{ right: Math.max(a.x, b.x), bottom: Math.max(a.y, b.y) },
  };
}

export function overlaps(a: Rectangle, b: Rectangle): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/**
 * How far a window scrolls in one frame, in pixels, while the pointer is near its upper or lower edge: faster the
 * nearer it is.
 */
export function edgeScroll(y: number, height: number): number {
  const zone = Math.min(96, height / 6);
  if (y < zone) return -Math.ceil(((zone - y) / zone) * 24);
  return y > height - zone ? Math.ceil(((y - height + zone) / zone) * 24) : 0;
}
