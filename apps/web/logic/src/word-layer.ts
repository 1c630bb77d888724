/** A point in fractions of a picture's width and height. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a line of text is in the pixels of its picture. */
export interface PlacedLine {
  /** The middle of the left side. */
  readonly x: number;
  readonly y: number;
  readonly length: number;
  readonly height: number;
  /** In degrees, clockwise. */
  readonly angle: number;
}

/** @param box the four corners, clockwise from the beginning of the text; null for fewer */
export function placeLine(box: readonly Point[], width: number, height: number): PlacedLine | null {
  const [start, end, , under] = box.map(({ x, y }) => ({ x: x * width, y: y * height }));
  if (!start || !end || !under) return null;
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  return {
    x: (start.x + under.x) / 2,
    y: (start.y + under.y) / 2,
    length: Math.hypot(dx, dy),
    height: Math.hypot(under.x - start.x, under.y - start.y),
    angle: (Math.atan2(dy, dx) * 180) / Math.PI,
  };
}

/** The corners as an SVG polygon in the pixels of the picture. */
export function polygonPoints(box: readonly Point[], width: number, height: number): string {
  const round = (value: number): number => Math.round(value * 10) / 10;
  return box.map(({ x, y }) => `${round(x * width)},${round(y * height)}`).join(' ');
}
