import type { Quad } from './geometry';

/** What the order needs of a line. */
export interface PlacedLine {
  readonly box: Quad;
  /** Quarter turns; odd for a column that is read downwards. */
  readonly turns: number;
}

interface Placed<T> {
  readonly item: T;
  readonly isColumn: boolean;
  /** The sides after the slant of the picture is taken out. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Orders lines as they are read: rows from top to bottom and each from left to right; two columns of text one after
 * the other; columns of vertical Chinese from right to left.
 */
export function orderLines<T>(items: readonly T[], placeOf: (item: T) => PlacedLine): T[] {
  const places = items.map(placeOf);
  const angle = medianOf(places.filter(({ turns }) => turns % 2 === 0).map(({ box }) => slantOf(box)));
  const placed = items.map((item, i) => place(item, places[i] as PlacedLine, angle));
  const columns = placed.filter(({ isColumn }) => isColumn);
  const ordered = columns.length * 2 > placed.length ? orderVertical(placed, columns) : orderBlocks(placed);
  return ordered.map(({ item }) => item);
}

function slantOf([topLeft, topRight]: Quad): number {
  return Math.atan2(topRight.y - topLeft.y, topRight.x - topLeft.x);
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function place<T>(item: T, { box, turns }: PlacedLine, angle: number): Placed<T> {
  const [sine, cosine] = [Math.sin(-angle), Math.cos(-angle)];
  const xs = box.map(({ x, y }) => x * cosine - y * sine);
  const ys = box.map(({ x, y }) => x * sine + y * cosine);
  return {
    item,
    isColumn: turns % 2 === 1,
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
}

const middleOf = ({ top, bottom }: Placed<unknown>): number => (top + bottom) / 2;
const heightOf = ({ top, bottom }: Placed<unknown>): number => bottom - top;
const widthOf = ({ left, right }: Placed<unknown>): number => right - left;

/** Rows above all columns, the columns from right to left, then the other rows. */
function orderVertical<T>(placed: readonly Placed<T>[], columns: readonly Placed<T>[]): Placed<T>[] {
  const top = Math.min(...columns.map((each) => each.top));
  const rows = placed.filter(({ isColumn }) => !isColumn);
  const above = rows.filter((row) => middleOf(row) < top);
  const others = rows.filter((row) => middleOf(row) >= top);
  // Parts of one column overlap from left to right.
  const groups = group(
    [...columns].sort((a, b) => b.right + b.left - (a.right + a.left)),
    (first, next) => (first.left + first.right - next.left - next.right) / 2 < widthOf(first) / 2,
  );
  return [...orderRows(above), ...groups.flatMap((each) => each.sort((a, b) => a.top - b.top)), ...orderRows(others)];
}

/** Groups neighbours that belong to the first of their group. */
function group<T>(sorted: readonly T[], belongs: (first: T, next: T) => boolean): T[][] {
  const groups: T[][] = [];
  for (const next of sorted) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && belongs(last[0], next)) last.push(next);
    else groups.push([next]);
  }
  return groups;
}

function orderRows<T>(placed: readonly Placed<T>[]): Placed<T>[] {
  const rows = group(
    [...placed].sort((a, b) => middleOf(a) - middleOf(b)),
    (first, next) => middleOf(next) - middleOf(first) < Math.min(heightOf(first), heightOf(next)) / 2,
  );
  return rows.flatMap((row) => row.sort((a, b) => a.left - b.left));
}

/** Text in two columns has at least this many lines in each, whose mean width is so many times their height. */
const [COLUMN_LINES, COLUMN_RATIO] = [3, 8];
/** At most this part of the lines crosses the gap between the columns: headings. */
const CROSSING = 0.3;

/** Two columns of text are read one after the other, between the lines that cross their gap. */
function orderBlocks<T>(placed: readonly Placed<T>[]): Placed<T>[] {
  const gap = findGap(placed);
  if (gap === null) return orderRows(placed);
  const isCrossing = (each: Placed<T>): boolean => each.left < gap && each.right > gap;
  const ordered: Placed<T>[] = [];
  let band: Placed<T>[] = [];
  const flush = (): void => {
    ordered.push(...orderBlocks(band.filter(({ right }) => right <= gap)));
    ordered.push(...orderBlocks(band.filter(({ left }) => left >= gap)));
    band = [];
  };
  for (const each of [...placed].sort((a, b) => middleOf(a) - middleOf(b))) {
    if (!isCrossing(each)) band.push(each);
    else {
      flush();
      ordered.push(each);
    }
  }
  flush();
  return ordered;
}

/**
 * The x of the gap between two columns of text: the one that the fewest lines cross, and the widest of these. Null
 * where the text has one column, or is a table.
 */
function findGap(placed: readonly Placed<unknown>[]): number | null {
  let best: { at: number; crossing: number; width: number } | null = null;
  for (const { left: at } of placed) {
    const [before, behind] = [placed.filter(({ right }) => right <= at), placed.filter(({ left }) => left >= at)];
    if (!isColumn(before) || !isColumn(behind)) continue;
    const crossing = placed.length - before.length - behind.length;
    if (crossing > placed.length * CROSSING) continue;
    const width = at - Math.max(...before.map(({ right }) => right));
    if (!best || crossing < best.crossing || (crossing === best.crossing && width > best.width))
      best = { at, crossing, width };
  }
  return best?.at ?? null;
}

function isColumn(lines: readonly Placed<unknown>[]): boolean {
  if (lines.length < COLUMN_LINES) return false;
  return lines.reduce((sum, line) => sum + widthOf(line) / heightOf(line), 0) / lines.length >= COLUMN_RATIO;
}
