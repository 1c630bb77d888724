import { clamp } from './format';
import type { Size } from './picture-width';

/** How a picture is seen on its stage. The place is that of its centre, in CSS pixels from the centre of the stage. */
export interface View {
  /** 1: the whole picture fits. */
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const FITTING: View = { scale: 1, x: 0, y: 0 };

/** A small picture is enlarged to this size of its own pixels, or to this length of its longer side in CSS pixels. */
const [MOST_GROWTH, LEAST_SIDE] = [2, 384];
/** A pixel of the picture is at most so many pixels of the screen. */
const MOST_PIXEL = 4;
/** Every picture can be enlarged so much. */
const LEAST_ZOOM = 4;

/** The size of a whole picture on its stage: as large as possible, and a small one not much larger than its pixels. */
export function fitSize(picture: Size, stage: Size): Size {
  const [width, height] = [Math.max(1, picture.width), Math.max(1, picture.height)];
  const most = Math.max(MOST_GROWTH, LEAST_SIDE / Math.max(width, height));
  const factor = Math.max(0, Math.min(stage.width / width, stage.height / height, most));
  return { width: width * factor, height: height * factor };
}

/** The largest scale. @param pixelRatio screen pixels per CSS pixel */
export function mostScale(picture: Size, fit: Size, pixelRatio: number): number {
  const whole = fit.width > 0 ? picture.width / (fit.width * pixelRatio) : 1;
  return Math.max(LEAST_ZOOM, whole * MOST_PIXEL);
}

/** The scale at which a pixel of the picture is one of the screen. */
export function actualScale(picture: Size, fit: Size, pixelRatio: number): number {
  return fit.width > 0 ? picture.width / (fit.width * pixelRatio) : 1;
}

/**
 * Enlarges around a point of the stage, which keeps its place in the picture. @param at from the centre of the stage
 */
export function zoomAt(view: View, factor: number, at: Point, most: number): View {
  const scale = clamp(view.scale * factor, 1, most);
  const grown = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown };
}

/** The nearest view in which the picture covers the stage as far as it can, and is in its middle where it cannot. */
export function keepOnStage({ scale, x, y }: View, fit: Size, stage: Size): View {
  const [right, below] = [
    Math.max(0, (fit.width * scale - stage.width) / 2),
    Math.max(0, (fit.height * scale - stage.height) / 2),
  ];
  // Without the sum, a clamp between -0 and 0 gives -0.
  return { scale, x: clamp(x, -right, right) + 0, y: clamp(y, -below, below) + 0 };
}

/** The picture's pixels as a share of the screen's, in percent: 100 shows each pixel as one of the screen. */
export function percentOf(view: View, picture: Size, fit: Size, pixelRatio: number): number {
  return Math.round((100 * view.scale) / actualScale(picture, fit, pixelRatio));
}
