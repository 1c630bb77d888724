import { gunzipSync } from 'node:zlib';
import { ItemError } from '@wentu/domain';
import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { firstFrameOfPng } from './apng';
import { decodeOther } from './codecs/decode-other';
import { decodeError, formatName, unreadFormat } from './errors';
import { firstFrameWithSomething } from './first-frame';
import { hasJpegEnd, isJpegLs, readJpegHeader, withJpegEnd } from './jpeg';
import {
  checkBytes,
  checkGrant,
  checkMemory,
  checkSize,
  EXACT_PIXELS,
  type Granted,
  type PictureLimits,
} from './limits';
import { typeOf } from './picture-type';
import { isAnimatedPng, pngSize } from './png';
import { findRawPreview } from './raw/find-preview';
import { readTiffSource } from './tiff/tiff-source';

/** A file as libvips reads it: the file itself, or the picture that was found in it. */
export interface PictureSource {
  readonly mimeType: string;
  /** Drawn at whatever size is asked for. */
  readonly isVector: boolean;
  /** Of the upright picture, in pixels; a vector picture's own size. */
  readonly width: number;
  readonly height: number;
  /** As EXIF numbers it; 1 is upright. */
  readonly orientation: number;
  /** An upright JPEG file in grey or RGB: every browser shows it as it is. */
  readonly isPlainJpeg: boolean;
  /** Whether the file lacks its end mark, so that a warning means lost pixels. */
  readonly lacksEnd: boolean;
  /** A new pipeline that reads the pixels as they are stored, in sRGB. */
  open(options?: { readonly density?: number }): Sharp;
}

export interface SourceOptions extends PictureLimits, Granted {
  /** As the reference implementation reads it: the first frame, and no JPEG without its end. */
  readonly asReference: boolean;
}

const DECODED_BY_LIBVIPS = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
  'image/svg+xml',
]);
const TIFF_LIKE = new Set(['image/tiff', 'image/x-canon-cr2', 'image/x-olympus-orf', 'image/x-panasonic-rw2']);
const OTHER_RAW = /^image\/x-(canon-cr3|canon-crw|fuji-raf|minolta-mrw|sigma-x3f)$/;

const EIGHT_BIT_SPACES: Record<string, string> = { rgb16: 'srgb', grey16: 'b-w' };

/**
 * The picture of a file, known by its bytes.
 * @throws ItemError EMPTY_FILE, UNSUPPORTED_FORMAT, DECODE_FAILED, TOO_LARGE
 */
export async function readSource(bytes: Uint8Array, options: SourceOptions): Promise<PictureSource> {
  checkBytes(bytes, options);
  const mimeType = typeOf(bytes);
  if (mimeType === null) throw unreadFormat(null);
  if (TIFF_LIKE.has(mimeType)) {
    const found = await readTiffSource(bytes, mimeType, options);
    return await describe(found.mimeType, found.input, options, found.mimeType !== found.inputType, found.failOn);
  }
  if (OTHER_RAW.test(mimeType)) {
    const preview = findRawPreview(bytes, null, formatName(mimeType));
    if (preview.kind !== 'jpeg') throw unreadFormat(mimeType);
    return await describe(mimeType, preview.jpeg, options, true);
  }
  if (mimeType === 'image/svg+xml-compressed')
    return await describe(mimeType, unpackSvg(bytes, options), options, true);
  if (DECODED_BY_LIBVIPS.has(mimeType)) return await describe(mimeType, bytes, options, false);
  const decoded = await decodeOther(mimeType, bytes, options);
  if (!decoded) throw unreadFormat(mimeType);
  return await describe(mimeType, decoded, options, true);
}

function unpackSvg(bytes: Uint8Array, { maxBytes }: SourceOptions): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw decodeError(error, 'image/svg+xml');
    const message = `the SVG has more than ${maxBytes} bytes unpacked (WENTU_MAX_IMAGE_BYTES)`;
    throw new ItemError('TOO_LARGE', message, { cause: error });
  }
}

/** @param isInside whether `input` is not the file itself */
async function describe(
  mimeType: string,
  input: Uint8Array,
  options: SourceOptions,
  isInside: boolean,
  failOn: 'warning' | 'error' = 'error',
): Promise<PictureSource> {
  const file = await mended(mimeType, input, options);
  const metadata = await readMetadata(file.bytes, mimeType);
  const { format, space, orientation = 1, depth, hasProfile, width, height } = metadata;
  checkSize(width, height, options);
  const held = heldBytes(metadata);
  checkMemory(held, `this ${formatName(mimeType)} picture of ${width} × ${height} pixels`, options);
  // Above EXACT_PIXELS pictures are reduced while they are read. To be turned, all of one is held beside the result.
  const pixelBytes = Math.min(width * height, options.asReference ? Infinity : EXACT_PIXELS) * 3;
  checkGrant(held + pixelBytes * (orientation > 1 ? 2 : 1), options);
  const base: SharpOptions = {
    failOn: file.lacksEnd ? 'warning' : failOn,
    limitInputPixels: false,
    sequentialRead: true,
    pages: 1,
  };
  const isMoving = (metadata.pages ?? 1) > 1 && (format === 'gif' || format === 'webp') && !options.asReference;
  const page = isMoving ? await firstFrameWithSomething(file.bytes, base, metadata.pages as number) : 0;
  // Without it sharp works in P3 for 16 bits with a profile and takes the numbers for sRGB, or leaves grey as it is.
  const deepSpace = depth === 'ushort' && hasProfile ? EIGHT_BIT_SPACES[space] : undefined;
  return {
    mimeType,
    isVector: format === 'svg',
    width: metadata.autoOrient.width,
    height: metadata.autoOrient.height,
    orientation,
    lacksEnd: file.lacksEnd,
    isPlainJpeg:
      !isInside &&
      !file.lacksEnd &&
      format === 'jpeg' &&
      orientation === 1 &&
      (space === 'srgb' || space === 'b-w') &&
      readJpegHeader(file.bytes)?.isUnusual === false,
    open({ density } = {}) {
      const image = sharp(file.bytes, { ...base, page, ...(density === undefined ? {} : { density }) });
      return (deepSpace === undefined ? image : image.pipelineColourspace(deepSpace)).toColourspace('srgb');
    },
  };
}

/** Files that every viewer shows and libvips does not take as they are. */
async function mended(
  mimeType: string,
  bytes: Uint8Array,
  options: SourceOptions,
): Promise<{ bytes: Uint8Array; lacksEnd: boolean }> {
  const { asReference } = options;
  if (mimeType === 'image/jpeg' && !asReference && !hasJpegEnd(bytes)) {
    // Warnings are errors then: what lacks more than its end mark has lost pixels.
    return { bytes: withJpegEnd(bytes), lacksEnd: true };
  }
  if (mimeType === 'image/png' && !asReference && isAnimatedPng(bytes)) {
    const { width, height } = pngSize(bytes);
    checkSize(width, height, options);
    // A frame, and the canvas that it is put on.
    checkGrant(width * height * 8, options);
    return { bytes: (await firstFrameOfPng(bytes)) ?? bytes, lacksEnd: false };
  }
  // An animated AVIF whose first frame is an item too; libvips asks for the brand of a still one.
  if (mimeType === 'image/avif' && Buffer.from(bytes.subarray(8, 12)).toString('latin1') === 'avis') {
    const copy = Buffer.from(bytes);
    copy.write('avif', 8, 'latin1');
    if (!asReference) await checkFirstFrame(copy);
    return { bytes: copy, lacksEnd: false };
  }
  return { bytes, lacksEnd: false };
}

/** libvips reads no other frame. @throws ItemError UNSUPPORTED_FORMAT for an animation that begins with nothing */
async function checkFirstFrame(avif: Uint8Array): Promise<void> {
  // What cannot be decoded says so later, in words of its own.
  const shown = await sharp(avif, { limitInputPixels: EXACT_PIXELS })
    .stats()
    .catch(() => null);
  if (shown === null || shown.channels.length < 4 || (shown.channels[3]?.max ?? 255) > 0) return;
  const message = 'the first frame of this animated AVIF is empty, and others are not read; save a frame as PNG';
  throw new ItemError('UNSUPPORTED_FORMAT', message);
}

async function readMetadata(bytes: Uint8Array, mimeType: string): Promise<Metadata> {
  try {
    // The limits are checked with words of our own.
    return await sharp(bytes, { limitInputPixels: false, limitInputChannels: false }).metadata();
  } catch (error) {
    if (mimeType !== 'image/jpeg' || readJpegHeader(bytes)) throw decodeError(error, mimeType);
    if (isJpegLs(bytes)) throw unreadFormat('image/jls');
    throw new ItemError('DECODE_FAILED', 'the JPEG is cut off before its picture begins; fetch it again', {
      cause: error,
    });
  }
}

/** Memory that is held at once whatever the pipeline does: most are read line by line, some only whole. */
function heldBytes({ format, width, height, isProgressive, depth, channels }: Metadata): number {
  const samples = width * height * (channels || 3);
  const sampleBytes = depth === 'ushort' ? 2 : 1;
  // Coefficients of two bytes; colour has a quarter of them in most files, and all in some.
  if (format === 'jpeg') return isProgressive ? samples * 2 : 0;
  if (format === 'png') return isProgressive ? samples * sampleBytes : 0;
  if (format === 'webp' || format === 'gif') return width * height * 4;
  return format === 'heif' ? samples * (sampleBytes + 2) : 0;
}
