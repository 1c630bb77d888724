import { distance, inOrder, measure, rowInside, smallestRectangle, type Quad } from '../geometry';
import { findComponents } from './components';

/** The probability that each pixel belongs to text in 255ths, `[height, width]`. */
export interface TextMap {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The post-processing of DB (Liao et al. 2020) with the values of PaddleOCR. */
const PIXEL_THRESHOLD = 0.3 * 255;
const BOX_THRESHOLD = 0.5 * 255;
/** DB learns shrunken text regions. A region grows by this ratio of its area to its circumference. */
const UNCLIP_RATIO = 1.6;
/** Shortest side of a region in pixels of the map, before and after it has grown. */
const [MIN_SIDE, MIN_GROWN_SIDE] = [3, 5];
/** Shortest side of a box in pixels of the picture. */
const MIN_BOX_SIDE = 4;

/** A text line of a picture. */
export interface TextBox {
  /** In whole pixels of the picture. */
  readonly box: Quad;
  /** The shorter side in pixels of the map that shows the line. */
  readonly mapHeight: number;
}

/** Most boxes of a map. In a map of noise, the largest are taken. */
export const MAX_BOXES = 1_000;

/**
 * Finds the text lines of a map.
 * @param width, height the size of the picture that the map shows; the boxes are in its pixels
 */
export function findTextBoxes(map: TextMap, width: number, height: number): TextBox[] {
  const components = findComponents(map.data, map.width, map.height, PIXEL_THRESHOLD);
  const largest = components.sort((a, b) => b.pixels - a.pixels).slice(0, MAX_BOXES);
  const boxes: TextBox[] = [];
  for (const { ends } of largest) {
    const { corners, sides } = smallestRectangle(ends);
    if (Math.min(...sides) < MIN_SIDE || meanInside(map, corners) < BOX_THRESHOLD) continue;
    const whole = corners.map(({ x, y }) => ({ x: Math.trunc(x), y: Math.trunc(y) }));
    const { area, circumference } = measure(corners);
    const grown = smallestRectangle(whole, (area * UNCLIP_RATIO) / circumference);
    if (Math.min(...grown.sides) < MIN_GROWN_SIDE) continue;
    const box = toPicture(grown.corners, map, width, height);
    if (Math.min(Math.trunc(distance(box[0], box[1])), Math.trunc(distance(box[0], box[3]))) >= MIN_BOX_SIDE)
      boxes.push({ box, mapHeight: Math.min(...grown.sides) });
  }
  return boxes;
}

function toPicture(corners: Quad, map: TextMap, width: number, height: number): Quad {
  const scaled = corners.map(({ x, y }) => ({
    x: clamp(Math.round((x / map.width) * width), width - 1),
    y: clamp(Math.round((y / map.height) * height), height - 1),
  }));
  return inOrder(scaled);
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, value));
}

/** The mean of the map in a convex quadrilateral, with its border. */
function meanInside({ data, width, height }: TextMap, corners: Quad): number {
  const points = corners.map(({ x, y }) => ({
    x: clamp(Math.trunc(x), width - 1),
    y: clamp(Math.trunc(y), height - 1),
  }));
  const [top, bottom] = [Math.min(...points.map(({ y }) => y)), Math.max(...points.map(({ y }) => y))];
  let [sum, count] = [0, 0];
  for (let y = top; y <= bottom; y++) {
    const [from, to] = rowInside(points, y);
    for (let x = from; x <= to; x++) sum += data[y * width + x] as number;
    count += to - from + 1;
  }
  return count > 0 ? sum / count : 0;
}
