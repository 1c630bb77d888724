import sharp, { type SharpOptions } from 'sharp';

/** Frames that are looked at; each is drawn anew from the first. */
export const MAX_FRAMES = 32;
/** Of a channel, between two pixels of a frame that shows nothing. */
const TOLERANCE = 4;

/** Animations often begin with an empty canvas. @returns 0 where no frame shows anything */
export async function firstFrameWithSomething(
  input: Uint8Array,
  options: SharpOptions,
  frames: number,
): Promise<number> {
  for (let page = 0; page < Math.min(frames, MAX_FRAMES); page++) {
    // A frame behind the first that is damaged says nothing about the first.
    const shows = await showsSomething(input, { ...options, page }).catch(() => page === 0);
    if (shows) return page;
  }
  return 0;
}

/** Whether two pixels differ. @throws what libvips throws */
export async function showsSomething(input: Uint8Array, options: SharpOptions): Promise<boolean> {
  const { data, info } = await sharp(input, options)
    .flatten({ background: '#ffffff' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { channels } = info;
  for (let i = channels; i < data.length; i++)
    if (Math.abs((data[i] as number) - (data[i % channels] as number)) > TOLERANCE) return true;
  return false;
}
