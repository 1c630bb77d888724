import { CLIP_RESIZE, type ImageResize } from '@wentu/domain';

/** The steps before a picture is resized. */
export interface Preprocessing {
  /** Rotates the picture by its EXIF orientation. The reference does not. */
  readonly upright: boolean;
  /** Draws transparent pictures on white, or drops the alpha channel as the reference does. */
  readonly background: 'white' | 'drop';
}

/** The preprocessing of the reference and of most feature files: no rotation, no alpha channel. */
export const REFERENCE_PREPROCESSING = { upright: false, background: 'drop' } as const;

/** Names the steps that affect pixels. A change of this name makes every picture count as changed. */
export function preprocessingName(
  { upright, background }: Preprocessing,
  imageSize: number,
  { fit, filter }: ImageResize = CLIP_RESIZE,
): string {
  const square = fit === 'squash' ? imageSize : `${imageSize}-${fit}`;
  return `pillow-${filter}-1/${square}/${upright ? 'upright' : 'as-stored'}/${background}`;
}
