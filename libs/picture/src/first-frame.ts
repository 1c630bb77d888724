import sharp, { type SharpOptions } from 'sharp';

/** The number of frames that are checked. To decode a frame, libvips decodes all frames before it again. */
export const MAX_FRAMES = 32;
/** Largest difference between two pixels of a blank frame, per channel (0 to 255). */
const TOLERANCE = 4;

/**
 * Finds the first frame that is not blank: animations often begin with an empty canvas.
 * @returns the index of the frame; 0 when all checked frames are blank
 */
export async function firstFrameWithContent(input: Uint8Array, options: SharpOptions, frames: number): Promise<number> {
  for (let page = 0; page < Math.min(frames, MAX_FRAMES); page++) {
    // A damaged first frame is returned: decoding it reports the error. A damaged later frame is skipped.
    const shows = await hasContent(input, { ...options, page }).catch(() => page === 0);
    if (shows) return page;
  }
  return 0;
}

/** Whether the image is not blank: some pixel differs from the first pixel. @throws the error of libvips */
export async function hasContent(input: Uint8Array, options: SharpOptions): Promise<boolean> {
  const { data, info } = await sharp(input, options)
    .flatten({ background: '#ffffff' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { channels } = info;
  for (let i = channels; i < data.length; i++)
    if (Math.abs((data[i] as number) - (data[i % channels] as number)) > TOLERANCE) return true;
  return false;
}
