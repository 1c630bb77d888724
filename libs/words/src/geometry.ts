/** A point in pixels. Pixel (0, 0) has its centre at the point (0, 0). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The corners of a text line: top left, top right, bottom right, bottom left of the upright picture. */
export type Quad = readonly [Point, Point, Point, Point];

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** The convex hull, counter-clockwise with y upwards (Andrew's monotone chain). */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length < 3) return sorted;
  const half = (order: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of order) {
      while (chain.length > 1 && turn(chain.at(-2) as Point, chain.at(-1) as Point, point) <= 0) chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  const hull = [...half(sorted), ...half(sorted.reverse())];
  return hull.length > 0 ? hull : [sorted[0] as Point];
}

/** Larger than 0 when a, b, c turn counter-clockwise with y upwards. */
function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

export interface Rectangle {
  readonly corners: Quad;
  /** The lengths of the two sides. */
  readonly sides: readonly [number, number];
}

/**
 * The rectangle of least area around points, at any angle: one of its sides is a side of the convex hull.
 * @param margin added on all four sides
 */
export function smallestRectangle(points: readonly Point[], margin = 0): Rectangle {
  const hull = convexHull(points);
  const [only] = hull as [Point];
  let best = { area: Infinity, along: { x: 1, y: 0 }, from: [only.x, only.y], to: [only.x, only.y] };
  for (let i = 0; i < hull.length; i++) {
    const [a, b] = [hull[i] as Point, hull[(i + 1) % hull.length] as Point];
    const length = distance(a, b);
    if (length === 0) continue;
    const along = { x: (b.x - a.x) / length, y: (b.y - a.y) / length };
    const [from, to] = [
      [Infinity, Infinity],
      [-Infinity, -Infinity],
    ] as [number[], number[]];
    for (const { x, y } of hull) {
      const at = [x * along.x + y * along.y, y * along.x - x * along.y] as const;
      for (const axis of [0, 1] as const) {
        from[axis] = Math.min(from[axis] as number, at[axis]);
        to[axis] = Math.max(to[axis] as number, at[axis]);
      }
    }
    const area = ((to[0] as number) - (from[0] as number)) * ((to[1] as number) - (from[1] as number));
    if (area < best.area) best = { area, along, from, to };
  }
  const { along } = best;
  const [u0, v0] = best.from.map((value) => value - margin) as [number, number];
  const [u1, v1] = best.to.map((value) => value + margin) as [number, number];
  const at = (u: number, v: number): Point => ({ x: u * along.x - v * along.y, y: u * along.y + v * along.x });
  return { corners: inOrder([at(u0, v0), at(u1, v0), at(u1, v1), at(u0, v1)]), sides: [u1 - u0, v1 - v0] };
}

/** The corners as top left, top right, bottom right, bottom left: the two leftmost are the left ones. */
export function inOrder(corners: readonly Point[]): Quad {
  const [a, b, c, d] = [...corners].sort((p, q) => p.x - q.x) as [Point, Point, Point, Point];
  const [topLeft, bottomLeft] = a.y <= b.y ? [a, b] : [b, a];
  const [topRight, bottomRight] = c.y <= d.y ? [c, d] : [d, c];
  return [topLeft, topRight, bottomRight, bottomLeft];
}

/** The area of a polygon (the shoelace formula), and its circumference. */
export function measure(polygon: readonly Point[]): { area: number; circumference: number } {
  let [twice, circumference] = [0, 0];
  polygon.forEach((a, i) => {
    const b = polygon[(i + 1) % polygon.length] as Point;
    twice += a.x * b.y - b.x * a.y;
    circumference += distance(a, b);
  });
  return { area: Math.abs(twice) / 2, circumference };
}

/** The first and last whole x of a row of a convex polygon. */
export function rowInside(points: readonly Point[], y: number): [number, number] {
  let [from, to] = [Infinity, -Infinity];
  points.forEach((a, i) => {
    const b = points[(i + 1) % points.length] as Point;
    if (y < Math.min(a.y, b.y) || y > Math.max(a.y, b.y)) return;
    const ends = a.y === b.y ? [a.x, b.x] : [a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)];
    from = Math.min(from, ...ends);
    to = Math.max(to, ...ends);
  });
  return [Math.round(from), Math.round(to)];
}

export function middleOf(box: Quad): Point {
  const [x, y] = [box.reduce((sum, point) => sum + point.x, 0) / 4, box.reduce((sum, point) => sum + point.y, 0) / 4];
  return { x, y };
}

/** Whether a point is inside a convex quadrilateral. */
export function isInside(point: Point, box: Quad): boolean {
  const turns = box.map((corner, i) => turn(corner, box[(i + 1) % 4] as Point, point));
  return turns.every((each) => each >= 0) || turns.every((each) => each <= 0);
}
