import type { ImageHeader, PreparedImage } from '@wentu/domain';
import sharp from 'sharp';
import { decodeError } from './errors';
import { hasJpegEnd, readJpegHeader } from './jpeg';
import type { MemoryGate } from './memory-gate';
import { checkBytes, checkSize, type PictureLimits } from './limits';
import { densityFor, readPixels } from './pixels';
import type { Drawing } from './process/drawing';
import { resizeBicubic, type RgbImage } from './resample';
import { readSource, type DecodeOther, type PictureSource } from './source';
import { wrapAsTiff } from './tiff/wrap-as-tiff';

export interface PictureOptions extends PictureLimits {
  /** Side of the square that the model takes, in pixels. */
  readonly imageSize: number;
  /** Turn the picture as its EXIF orientation says. The reference does not. */
  readonly upright: boolean;
  /** Put transparent pictures on white, or drop the alpha channel as the reference does. */
  readonly background: 'white' | 'drop';
  /** Longest side of the preview, in pixels. */
  readonly previewSide: number;
}

/** Tables made for the picture would save a twelfth of the bytes and cost as much time again. */
const PREVIEW_JPEG = { quality: 80, optimiseCoding: false };
const MAX_REUSED_BYTES = 64 * 1024;

/** As the reference implementation takes pictures: files that Pillow refuses are refused, and every pixel counts. */
function isReference({ upright, background }: PictureOptions): boolean {
  return !upright && background === 'drop';
}

/** What decodes: the formats that libvips lacks, and the gate that pictures in memory go through. */
export interface Decoding {
  readonly decodeOther: DecodeOther;
  readonly gate: MemoryGate;
}

/** Decodes only what may be cut off. @throws ItemError */
export async function inspectPicture(
  bytes: Uint8Array,
  options: PictureOptions,
  { decodeOther, gate }: Decoding,
): Promise<ImageHeader> {
  const header = inspectJpeg(bytes, options);
  if (header) return header;
  const source = await readSource(bytes, { ...options, asReference: isReference(options) }, decodeOther);
  await gate.run(source.memoryBytes, () => readPixels(source, { ...options, isExact: false }));
  const { mimeType, width, height } = source;
  return { mimeType, width, height };
}

/** In a fortieth of the time that sharp takes; null for what is no JPEG, or may be cut off. */
function inspectJpeg(bytes: Uint8Array, options: PictureOptions): ImageHeader | null {
  checkBytes(bytes, options);
  const header = hasJpegEnd(bytes) ? readJpegHeader(bytes) : null;
  if (!header || header.width === 0 || header.height === 0 || header.isUnusual) return null;
  const { width, height, orientation = 1, isProgressive } = header;
  checkSize(width, height, options);
  // Whether it may be held whole is decided where it is decoded.
  if (isProgressive && width * height > 16_000_000) return null;
  const mimeType = 'image/jpeg';
  return orientation < 5 ? { mimeType, width, height } : { mimeType, width: height, height: width };
}

/** The pixels that the image tower takes, `[imageSize, imageSize, 3]`, and the preview. @throws ItemError */
export async function preparePicture(
  bytes: Uint8Array,
  options: PictureOptions,
  { decodeOther, gate }: Decoding,
  { preview }: { readonly preview: boolean },
): Promise<PreparedImage> {
  const isExact = isReference(options);
  const source = await readSource(bytes, { ...options, asReference: isExact }, decodeOther);
  return await gate.run(source.memoryBytes, () => prepareSource(source, bytes, { ...options, isExact, preview }));
}

async function prepareSource(
  source: PictureSource,
  bytes: Uint8Array,
  options: PictureOptions & { readonly isExact: boolean; readonly preview: boolean },
): Promise<PreparedImage> {
  const image = await readPixels(source, options);
  const { mimeType, width, height, orientation, isPlainJpeg } = source;
  const prepared: PreparedImage = { mimeType, width, height, pixels: resizeBicubic(image, options.imageSize) };
  if (!options.preview) return prepared;
  const { previewSide, upright } = options;
  // Nearly as small as it could be made, and already there.
  if (isPlainJpeg && Math.max(width, height) <= previewSide && bytes.length <= MAX_REUSED_BYTES)
    return { ...prepared, preview: bytes };
  const isTurned = upright || orientation === 1;
  const shown = isTurned ? image : await readPixels(source, { ...options, upright: true, isExact: false });
  return { ...prepared, preview: await makePreview(shown, previewSide) };
}

/** With its transparency. @param scale 1 is the size that it says @throws ItemError */
export async function drawVector(
  bytes: Uint8Array,
  options: PictureOptions,
  { decodeOther }: Decoding,
  scale: number,
): Promise<Drawing> {
  const source = await readSource(bytes, { ...options, asReference: false }, decodeOther);
  const density = densityFor(source, scale);
  try {
    const { data, info } = await source
      .open(density === undefined ? {} : { density })
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const tiff = wrapAsTiff({ ...info, data, colours: 'rgb', hasAlpha: true, depth: 8 });
    return { tiff, width: source.width, height: source.height };
  } catch (error) {
    throw decodeError(error, source.mimeType);
  }
}

async function makePreview({ data, width, height }: RgbImage, side: number): Promise<Uint8Array> {
  return await sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true, kernel: 'mitchell' })
    .jpeg(PREVIEW_JPEG)
    .toBuffer();
}
