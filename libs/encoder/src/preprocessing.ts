/** What is done to a picture before it is resized. */
export interface Preprocessing {
  /** Turn the picture as its EXIF orientation says. The reference does not. */
  readonly upright: boolean;
  /** Put transparent pictures on white, or drop the alpha channel as the reference does. */
  readonly background: 'white' | 'drop';
}

/** As the reference prepares pictures, and with it the makers of feature files: as they are stored, without their alpha channel. */
export const REFERENCE_PREPROCESSING = { upright: false, background: 'drop' } as const;

/** Names the steps that pixels depend on; part of what makes a picture "unchanged". */
export function preprocessingName({ upright, background }: Preprocessing, imageSize: number): string {
  return `pillow-bicubic-1/${imageSize}/${upright ? 'upright' : 'as-stored'}/${background}`;
}
