import type { RgbImage } from '@wentu/picture';
import { isInside, middleOf, rowInside, type Quad } from '../geometry';
import type { Graph } from '../session';
import { TextMapper } from './map-text';
import { findTextBoxes, type TextMap } from './text-boxes';

/** Pixels of the first map of a large picture. Most pictures without text end there. */
const FIRST_PIXELS = 340_000;
/** A smaller picture is enlarged to this many pixels, and at most this many times. */
const [SMALL_PIXELS, FIRST_ENLARGED] = [300_000, 2];
/** Long pictures get more pixels: each part of this many pixels counts as a picture. */
const PART_PIXELS = 2_100_000;
/** A picture is enlarged at most to this shorter side, as PaddleOCR does, and at most this many times. */
const [SHORT_SIDE, MOST_ENLARGED] = [736, 4];
/** A line is taken from the first map that shows it with at least this height, in pixels of the map. */
const FINE_HEIGHT = 20;
/** The height that the lowest line gets in the next map. */
const NEXT_HEIGHT = 28;
/** A map at less than this many times the scale of the last one would show little more. */
const LEAST_STEP = 1.15;
const MOST_MAPS = 3;

/**
 * Finds the text lines of a picture. The first map is coarse. Finer maps follow for the lines that are too low in it,
 * and only where these are: a large line would be cut by the runs of a fine map.
 */
export async function detectLines(detector: Graph, image: RgbImage, signal?: AbortSignal): Promise<Quad[]> {
  const { width, height } = image;
  const mapper = new TextMapper(detector, image, signal);
  const parts = Math.max(1, (width * height) / PART_PIXELS);
  const finest = Math.max(1, Math.min(MOST_ENLARGED, SHORT_SIDE / Math.min(width, height)));
  const scaleFor = (pixels: number): number => Math.sqrt((pixels * parts) / (width * height));
  const first = Math.max(Math.min(1, scaleFor(FIRST_PIXELS)), Math.min(FIRST_ENLARGED, scaleFor(SMALL_PIXELS)));
  const lines: Quad[] = [];
  let scale = Math.min(finest, first);
  let map: TextMap | undefined;
  for (let i = 1; ; i++) {
    map = await mapper.map(scale, map);
    const found = findTextBoxes(map, width, height).filter(({ box }) => !lines.some((line) => overlap(line, box)));
    const lowest = found.reduce((least, { mapHeight }) => Math.min(least, mapHeight), Infinity);
    const next = Math.min(finest, (scale * NEXT_HEIGHT) / lowest);
    const isLast = i === MOST_MAPS || lowest >= FINE_HEIGHT || next < scale * LEAST_STEP;
    const taken = found.filter(({ mapHeight }) => isLast || mapHeight >= FINE_HEIGHT).map(({ box }) => box);
    lines.push(...taken);
    if (isLast) return lines;
    for (const box of taken) erase(map, box, image);
    scale = next;
  }
}

/** Whether the middle of one box is in the other. */
function overlap(a: Quad, b: Quad): boolean {
  return isInside(middleOf(a), b) || isInside(middleOf(b), a);
}

/** Removes a line from a map. */
function erase(map: TextMap, box: Quad, { width, height }: RgbImage): void {
  const [across, down] = [map.width / width, map.height / height];
  const points = box.map(({ x, y }) => ({ x: x * across, y: y * down }));
  const [top, bottom] = [Math.min(...points.map(({ y }) => y)), Math.max(...points.map(({ y }) => y))];
  for (let y = Math.ceil(top); y <= Math.min(map.height - 1, bottom); y++) {
    const [from, to] = rowInside(points, y);
    map.data.fill(0, y * map.width + Math.max(0, from), y * map.width + Math.min(map.width, to + 1));
  }
}
