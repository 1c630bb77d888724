import type { Size } from './picture-width';

/** What a finger did that moved over a whole picture. */
export type Swipe = 'previous' | 'next' | 'close' | 'details' | 'stay';

/** Shares of the width and of the height after which a slow swipe counts. */
const [FAR, HIGH] = [0.3, 0.18];
/** CSS pixels in a millisecond: a flick counts after a short way. */
const FAST = 0.4;
const LEAST = 24;

/** The direction of a movement, once it is clear; null before. */
export function axisOf(dx: number, dy: number): 'x' | 'y' | null {
  if (Math.hypot(dx, dy) < 8) return null;
  return Math.abs(dx) > Math.abs(dy) ? 'x' : 'y';
}

/**
 * @param dx from where the finger began, in CSS pixels
 * @param ms how long the movement took
 */
export function swipeOf(dx: number, dy: number, ms: number, { width, height }: Size): Swipe {
  const axis = axisOf(dx, dy);
  const way = axis === 'x' ? dx : dy;
  const isFast = Math.abs(way) >= LEAST && Math.abs(way) / Math.max(1, ms) > FAST;
  if (axis === 'x' && (isFast || Math.abs(dx) > FAR * width)) return dx > 0 ? 'previous' : 'next';
  if (axis === 'y' && (isFast || Math.abs(dy) > HIGH * height)) return dy > 0 ? 'close' : 'details';
  return 'stay';
}
