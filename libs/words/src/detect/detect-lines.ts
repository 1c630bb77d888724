import type { RgbImage } from '@wentu/picture';
import type { Graph } from '../session';
import { TextMapper } from './map-text';
import { findTextBoxes, type TextBox, type TextMap } from './text-boxes';

/** Pixels of the first map of a large picture. Most pictures without text end there. */
const FIRST_PIXELS = 450_000;
/** A smaller picture is enlarged to this many pixels, and at most this many times. */
const [SMALL_PIXELS, FIRST_ENLARGED] = [300_000, 2];
/** Long pictures get more pixels: each part of this many pixels counts as a picture. */
const PART_PIXELS = 2_100_000;
/** A picture is enlarged at most to this shorter side, as PaddleOCR does, and at most this many times. */
const [SHORT_SIDE, MOST_ENLARGED] = [736, 4];
/** In a map that is fine enough, the lowest line has at least this height, in pixels of the map. */
const FINE_HEIGHT = 20;
/** The height that the lowest line gets in the next map. */
const NEXT_HEIGHT = 28;
const MOST_MAPS = 3;

/**
 * Finds the text lines of a picture. The first map is coarse. Finer maps follow while lines are low, where the coarse
 * map shows text.
 */
export async function detectLines(detector: Graph, image: RgbImage, signal?: AbortSignal): Promise<TextBox[]> {
  const { width, height } = image;
  const mapper = new TextMapper(detector, image, signal);
  const parts = Math.max(1, (width * height) / PART_PIXELS);
  const finest = Math.max(1, Math.min(MOST_ENLARGED, SHORT_SIDE / Math.min(width, height)));
  const scaleFor = (pixels: number): number => Math.sqrt((pixels * parts) / (width * height));
  const first = Math.max(Math.min(1, scaleFor(FIRST_PIXELS)), Math.min(FIRST_ENLARGED, scaleFor(SMALL_PIXELS)));
  let scale = Math.min(finest, first);
  let map: TextMap | undefined;
  let boxes: TextBox[] = [];
  for (let i = 0; i < MOST_MAPS; i++) {
    map = await mapper.map(scale, map);
    boxes = findTextBoxes(map, width, height);
    const lowest = boxes.reduce((least, box) => Math.min(least, box.mapHeight), Infinity);
    const next = Math.min(finest, (scale * NEXT_HEIGHT) / lowest);
    if (lowest >= FINE_HEIGHT || next < scale * 1.15) break;
    scale = next;
  }
  return boxes;
}
