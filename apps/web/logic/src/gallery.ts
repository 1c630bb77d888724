/** The number of pictures that a gallery reads and lays out at once. */
export const CHUNK = 100;

/** Width divided by height of most photographs, for pictures that are not known yet. */
const USUAL_RATIO = 4 / 3;
/** A row of few pictures is not enlarged beyond this factor. */
const MOST_GROWTH = 1.35;

/** Sizes in CSS pixels. */
export interface Measures {
  /** The width of the gallery. */
  readonly width: number;
  /** The height that rows should have. */
  readonly rowHeight: number;
  readonly gap: number;
  /** The height of a heading, with its margins. */
  readonly headHeight: number;
}

export interface LaidPicture {
  /** Width divided by height. */
  readonly ratio: number;
  /** What it is shown below, such as its month; null: below nothing. */
  readonly label: string | null;
  /** It keeps its number and has no place. */
  readonly isHidden?: boolean;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where the pictures of a chunk are drawn, from its upper left corner. */
export interface ChunkLayout {
  readonly height: number;
  /** One for each picture; null for a hidden one. */
  readonly boxes: readonly (Box | null)[];
  readonly heads: readonly { readonly label: string; readonly top: number }[];
}

/**
 * Lays out pictures in rows that fill the width, with a heading wherever the label changes. The rows of a label have
 * about equal heights, so the last one is as full as the others.
 * @param before the label of the picture before this chunk; undefined: there is none
 */
export function layOut(
  all: readonly LaidPicture[],
  before: string | null | undefined,
  measures: Measures,
): ChunkLayout {
  const pictures = all.filter(({ isHidden }) => isHidden !== true);
  const boxes: Box[] = [];
  const heads: { label: string; top: number }[] = [];
  let top = 0;
  let label = before;
  for (let from = 0; from < pictures.length;) {
    const own = pictures[from]?.label ?? null;
    let to = from;
    while (to < pictures.length && (pictures[to]?.label ?? null) === own) to++;
    if (own !== label && own !== null) {
      heads.push({ label: own, top });
      top += measures.headHeight;
    }
    label = own;
    const ratios = pictures.slice(from, to).map(({ ratio }) => ratio);
    for (const row of rowsOf(ratios, measures)) {
      let left = 0;
      for (const ratio of row.ratios) {
        boxes.push({ left, top, width: ratio * row.height, height: row.height });
        left += ratio * row.height + measures.gap;
      }
      top += row.height + measures.gap;
    }
    from = to;
  }
  let next = 0;
  return { height: top, boxes: all.map(({ isHidden }) => (isHidden ? null : (boxes[next++] ?? null))), heads };
}

interface Row {
  readonly ratios: readonly number[];
  readonly height: number;
}

/**
 * Breaks pictures into rows whose heights differ least from the wanted one: the squares of the logarithms of their
 * quotients have the smallest sum. So a row of half the height is as bad as one of twice the height.
 */
function rowsOf(ratios: readonly number[], { width, rowHeight, gap }: Measures): Row[] {
  /** For the first n pictures: the smallest sum, and where the last row begins. */
  const best: { readonly cost: number; readonly from: number; readonly height: number }[] = [
    { cost: 0, from: 0, height: 0 },
  ];
  for (let to = 1; to <= ratios.length; to++) {
    let found = { cost: Infinity, from: to - 1, height: 0 };
    let own = 0;
    for (let from = to - 1; from >= 0; from--) {
      own += ratios[from] ?? 0;
      const height = (width - gap * (to - from - 1)) / own;
      const cost = (best[from]?.cost ?? 0) + Math.log(height / rowHeight) ** 2;
      if (cost < found.cost) found = { cost, from, height };
      if (height < rowHeight / 2) break;
    }
    best.push(found);
  }
  const rows: Row[] = [];
  for (let to = ratios.length; to > 0;) {
    const { from, height } = best[to] ?? { from: 0, height: rowHeight };
    rows.unshift({ ratios: ratios.slice(from, to), height: Math.min(height, rowHeight * MOST_GROWTH) });
    to = from;
  }
  return rows;
}

/** The height of a chunk whose pictures are not known. */
export function estimatedHeight(count: number, { width, rowHeight, gap }: Measures): number {
  const perRow = Math.max(1, (width + gap) / (USUAL_RATIO * rowHeight + gap));
  return Math.ceil(count / perRow) * (rowHeight + gap);
}

/** The tops of chunks with these heights, and last the height of all. */
export function topsOf(heights: readonly number[]): number[] {
  const tops = [0];
  for (const height of heights) tops.push((tops.at(-1) ?? 0) + height);
  return tops;
}

/** The number of the chunk at a height: the last one whose top is not below it. @param tops see {@link topsOf} */
export function chunkAt(tops: readonly number[], y: number): number {
  let [low, high] = [0, Math.max(0, tops.length - 2)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The height at which the picture of this index is, about, before its chunk is known. */
export function heightOf(tops: readonly number[], index: number, total: number): number {
  const chunk = Math.floor(index / CHUNK);
  const [top = 0, end = 0] = [tops[chunk], tops[chunk + 1] ?? tops.at(-1)];
  const within = Math.min(CHUNK, total - chunk * CHUNK);
  return within <= 0 ? end : top + ((index - chunk * CHUNK) / within) * (end - top);
}

/** The chunks that have a picture from one height to another one. */
export function chunksBetween(tops: readonly number[], from: number, to: number): readonly number[] {
  if (tops.length < 2) return [];
  const [first, last] = [chunkAt(tops, from), chunkAt(tops, to)];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** A mark on the rail beside a gallery: the first picture of a year or a month. */
export interface RailMark {
  /** Such as 2024-05. */
  readonly month: string;
  /** The number of pictures before it. */
  readonly index: number;
  /** The first month of its year in the list. */
  readonly isYear: boolean;
}

/**
 * Where months begin in a list by time.
 * @param counts the number of pictures by month, in any order
 * @param isNewestFirst the direction of the list; pictures without a time are at its end
 */
export function marksOf(
  counts: readonly { readonly value: string; readonly count: number }[],
  isNewestFirst: boolean,
): RailMark[] {
  const sorted = [...counts].sort((a, b) => (a.value < b.value === isNewestFirst ? 1 : -1));
  const marks: RailMark[] = [];
  let index = 0;
  let year = '';
  for (const { value, count } of sorted) {
    const own = value.slice(0, 4);
    marks.push({ month: value, index, isYear: own !== year });
    year = own;
    index += count;
  }
  return marks;
}
