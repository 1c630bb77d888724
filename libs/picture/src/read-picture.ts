import { CLIP_RESIZE, type ExifField, type ImageHeader, type ImageResize, type PreparedImage } from '@wentu/domain';
import sharp from 'sharp';
import { exifFacts } from './exif/exif-facts';
import { exifFields } from './exif/exif-fields';
import { type Granted, type PictureLimits } from './limits';
import { readPixels } from './pixels';
import { resizePicture, type RgbImage } from './resample';
import { readSource, type PictureSource } from './source';

export interface PictureOptions extends PictureLimits {
  /** Side of the square input of the model, in pixels. */
  readonly imageSize: number;
  /** How the picture becomes that square. Default: {@link CLIP_RESIZE}. */
  readonly resize?: ImageResize;
  /** Apply the EXIF orientation. The reference implementation does not. */
  readonly upright: boolean;
  /** Flatten transparent pictures on white, or drop the alpha channel as the reference implementation does. */
  readonly background: 'white' | 'drop';
  /** Longest side of the preview, in pixels. */
  readonly previewSide: number;
}

/** Optimised Huffman tables would make the file 8% smaller, but double the encoding time. */
const PREVIEW_JPEG = { quality: 80, optimiseCoding: false };
const MAX_REUSED_BYTES = 64 * 1024;

/** The options of the reference implementation: files that Pillow refuses are refused, and every pixel is decoded. */
function isReference({ upright, background }: PictureOptions): boolean {
  return !upright && background === 'drop';
}

/**
 * Reads the header, and decodes the pixels because only that shows a file that is cut off.
 * @throws ItemError, NeedsMemory
 */
export async function inspectPicture(bytes: Uint8Array, options: PictureOptions & Granted): Promise<ImageHeader> {
  const source = await readSource(bytes, { ...options, asReference: isReference(options) });
  await readPixels(source, { ...options, isExact: false });
  return headerOf(source);
}

/** Makes the input of the image tower, `[imageSize, imageSize, 3]`, and the preview. @throws ItemError, NeedsMemory */
export async function preparePicture(
  bytes: Uint8Array,
  options: PictureOptions & Granted,
  { preview }: { readonly preview: boolean },
): Promise<PreparedImage> {
  const isExact = isReference(options);
  const source = await readSource(bytes, { ...options, asReference: isExact });
  return await prepareSource(source, bytes, { ...options, isExact, preview });
}

/**
 * The fields of the EXIF block, as texts. The pixels are decoded only where the block comes with them, as in HEIC.
 * @throws ItemError, NeedsMemory
 */
export async function readExifFields(bytes: Uint8Array, limits: PictureLimits & Granted): Promise<ExifField[]> {
  const { exif } = await readSource(bytes, { ...limits, asReference: false });
  return exif ? exifFields(exif) : [];
}

function headerOf({ mimeType, width, height, exif: directories }: PictureSource): ImageHeader {
  const exif = directories && exifFacts(directories);
  return { mimeType, width, height, ...(exif ? { exif } : {}) };
}

async function prepareSource(
  source: PictureSource,
  bytes: Uint8Array,
  options: PictureOptions & { readonly isExact: boolean; readonly preview: boolean },
): Promise<PreparedImage> {
  const image = await readPixels(source, options);
  const { width, height, orientation, isPlainJpeg } = source;
  const { imageSize, resize = CLIP_RESIZE, previewSide, upright } = options;
  const prepared: PreparedImage = { ...headerOf(source), pixels: resizePicture(image, imageSize, resize) };
  if (!options.preview) return prepared;
  // The file is already about as small as a new preview would be.
  if (isPlainJpeg && Math.max(width, height) <= previewSide && bytes.length <= MAX_REUSED_BYTES)
    return { ...prepared, preview: bytes };
  const isUpright = upright || orientation === 1;
  const shown = isUpright ? image : await readPixels(source, { ...options, upright: true, isExact: false });
  return { ...prepared, preview: await makePreview(shown, previewSide) };
}

async function makePreview({ data, width, height }: RgbImage, side: number): Promise<Uint8Array> {
  return await sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true, kernel: 'mitchell' })
    .jpeg(PREVIEW_JPEG)
    .toBuffer();
}
