import type { RgbImage } from '@wentu/picture';
import { distance, type Point, type Quad } from '../geometry';

/** A text line that is cut out of a picture. */
export interface Crop {
  readonly box: Quad;
  /** The size of the box in pixels of the picture, before it is turned. */
  readonly width: number;
  readonly height: number;
  /** Quarter turns, counter-clockwise: 1 for a line that is read downwards, 2 for one that is upside down. */
  readonly turns: 0 | 1 | 2 | 3;
}

/** A box this much taller than wide is turned by a quarter. */
const TALL = 1.5;

/** A coarse map cuts thin strokes off at both ends of a line. Each end gets this part of the height. */
const END = 0.25;

export function cropOf(given: Quad): Crop {
  const box = lengthen(given);
  const { width, height } = sizeOf(box);
  return { box, width, height, turns: height / width >= TALL ? 1 : 0 };
}

function sizeOf([a, b, c, d]: Quad): { width: number; height: number } {
  return {
    width: Math.max(1, Math.trunc(Math.max(distance(a, b), distance(c, d)))),
    height: Math.max(1, Math.trunc(Math.max(distance(a, d), distance(b, c)))),
  };
}

function lengthen(box: Quad): Quad {
  const { width, height } = sizeOf(box);
  const by = (END * Math.min(width, height)) / Math.max(width, height);
  const [a, b, c, d] = box;
  const apart = (p: Point, q: Point): [Point, Point] => [
    { x: p.x - (q.x - p.x) * by, y: p.y - (q.y - p.y) * by },
    { x: q.x + (q.x - p.x) * by, y: q.y + (q.y - p.y) * by },
  ];
  if (height / width >= TALL) {
    const [[e, h], [f, g]] = [apart(a, d), apart(b, c)];
    return [e, f, g, h];
  }
  const [[e, f], [h, g]] = [apart(a, b), apart(d, c)];
  return [e, f, g, h];
}

export function turnedBy(crop: Crop, turns: number): Crop {
  return { ...crop, turns: ((crop.turns + turns) % 4) as Crop['turns'] };
}

/** Width to height of the line as it is read. */
export function ratioOf({ width, height, turns }: Crop): number {
  return turns % 2 === 0 ? width / height : height / width;
}

/** The width of the line when it has this height, in whole pixels, at most `most`. */
export function widthAt(crop: Crop, height: number, most: number): number {
  return Math.max(1, Math.min(most, Math.ceil(height * ratioOf(crop))));
}

type Homography = readonly [number, number, number, number, number, number, number, number];

/** The projective map from the unit square to a quadrilateral (Heckbert 1989, section 2.2.3). */
function fromUnitSquare([p0, p1, p2, p3]: Quad): Homography {
  const [sx, sy] = [p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y];
  const [dx1, dy1] = [p1.x - p2.x, p1.y - p2.y];
  const [dx2, dy2] = [p3.x - p2.x, p3.y - p2.y];
  const divisor = dx1 * dy2 - dx2 * dy1;
  const g = divisor === 0 ? 0 : (sx * dy2 - dx2 * sy) / divisor;
  const h = divisor === 0 ? 0 : (dx1 * sy - sx * dy1) / divisor;
  return [
    ...[p1.x - p0.x + g * p1.x, p3.x - p0.x + h * p3.x, p0.x],
    ...[p1.y - p0.y + g * p1.y, p3.y - p0.y + h * p3.y, p0.y],
    ...[g, h],
  ] as unknown as Homography;
}

/**
 * Writes the line into a tensor `[3, height, stride]`, blue first, in [-1, 1]: rectified and turned, with linear
 * interpolation.
 * @param width the columns that the line gets; those behind it stay as they are
 */
export function writeCrop(
  image: RgbImage,
  crop: Crop,
  target: { readonly data: Float32Array; readonly offset: number; readonly stride: number },
  width: number,
  height: number,
): void {
  const map = fromUnitSquare(crop.box);
  const { data, offset, stride } = target;
  const plane = stride * height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { u, v } = inCrop(crop, x, y, width, height);
      const w = map[6] * u + map[7] * v + 1;
      const at = { x: (map[0] * u + map[1] * v + map[2]) / w, y: (map[3] * u + map[4] * v + map[5]) / w };
      writeSample(image, at, data, offset + y * stride + x, plane);
    }
  }
}

/** Where in the unit square of the box an output pixel lies. */
function inCrop(
  { turns, ...box }: Crop,
  x: number,
  y: number,
  width: number,
  height: number,
): { u: number; v: number } {
  const [across, down] = turns % 2 === 0 ? [box.width, box.height] : [box.height, box.width];
  // OpenCV crops first, which clamps to the first and the last pixel of the crop, then resizes.
  const a = Math.max(0, Math.min(across - 1, ((x + 0.5) * across) / width - 0.5)) / across;
  const b = Math.max(0, Math.min(down - 1, ((y + 0.5) * down) / height - 0.5)) / down;
  const [lastA, lastB] = [1 - 1 / across, 1 - 1 / down];
  if (turns === 1) return { u: lastB - b, v: a };
  if (turns === 2) return { u: lastA - a, v: lastB - b };
  if (turns === 3) return { u: b, v: lastA - a };
  return { u: a, v: b };
}

function writeSample(
  { data, width, height }: RgbImage,
  at: Point,
  to: Float32Array,
  index: number,
  plane: number,
): void {
  const x = Math.max(0, Math.min(width - 1, at.x));
  const y = Math.max(0, Math.min(height - 1, at.y));
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - left, y - top];
  const upper = (top * width + left) * 3;
  const right = left + 1 < width ? 3 : 0;
  const lower = top + 1 < height ? upper + width * 3 : upper;
  for (let c = 0; c < 3; c++) {
    const a = data[upper + c] as number;
    const b = data[lower + c] as number;
    const above = a + ((data[upper + right + c] as number) - a) * u;
    const below = b + ((data[lower + right + c] as number) - b) * u;
    to[index + (2 - c) * plane] = (above + (below - above) * v) / 127.5 - 1;
  }
}
