import { clamp } from './format';

/** Most pictures are wider than this share of their height. */
const NARROW = 0.8;
/** The rows that home.css shows, and the limits of a row's height in CSS pixels; it is 8 % of the window's width. */
const [LOW, HIGH] = [96, 307];

/**
 * The number of pictures that fill the rows of the start page.
 * @param width of the window in CSS pixels
 * @param height of the window in CSS pixels
 */
export function recentCount(width: number, height: number): number {
  const row = clamp(width * 0.08, LOW, HIGH);
  const rows = recentRows(height);
  return clamp(Math.ceil((rows * width) / (row * NARROW)), 8, 60);
}

/** A low window has room for two rows. */
export function recentRows(height: number): number {
  return height < 1000 ? 2 : 3;
}
