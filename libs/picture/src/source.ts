import { gunzipSync } from 'node:zlib';
import { ItemError, sentence } from '@wentu/domain';
import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { firstFrameOfPng } from './apng';
import { decodeOther } from './codecs/decode-other';
import type { ExifDirectories } from './exif/exif-facts';
import { blockDirectories, cr3Directories } from './exif/read-exif';
import { decodeError, formatName, unsupportedFormat } from './errors';
import { firstFrameWithContent } from './first-frame';
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

/** The input of libvips: the file itself, or the picture that was found in it. */
export interface PictureSource {
  readonly mimeType: string;
  /** Whether the picture can be drawn at any size. */
  readonly isVector: boolean;
  /** In pixels, after EXIF rotation; of a vector picture the intrinsic size. */
  readonly width: number;
  readonly height: number;
  /** The EXIF value, 1 to 8; 1 is upright. */
  readonly orientation: number;
  /** The EXIF directories of the file. */
  readonly exif: ExifDirectories | undefined;
  /** An upright JPEG in grey or RGB that every browser can display without conversion. */
  readonly isPlainJpeg: boolean;
  /** The JPEG has no end marker. A warning of the decoder then means that pixels are lost. */
  readonly lacksEnd: boolean;
  /** Starts a new pipeline: the pixels before EXIF rotation, in sRGB. */
  open(options?: { readonly density?: number }): Sharp;
}

export interface SourceOptions extends PictureLimits, Granted {
  /** Decode as the reference implementation does: the first frame, and no JPEG without its end marker. */
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
 * Detects the format by the bytes, and finds or decodes the picture.
 * @throws ItemError EMPTY_FILE, UNSUPPORTED_FORMAT, DECODE_FAILED, TOO_LARGE
 */
export async function readSource(bytes: Uint8Array, options: SourceOptions): Promise<PictureSource> {
  checkBytes(bytes, options);
  const mimeType = typeOf(bytes);
  if (mimeType === null) throw unsupportedFormat(null);
  if (TIFF_LIKE.has(mimeType)) {
    const found = await readTiffSource(bytes, mimeType, options);
    const { failOn, exif } = found;
    return await describe(found.mimeType, found.input, options, {
      isInside: found.mimeType !== found.inputType,
      failOn,
      exif,
    });
  }
  if (OTHER_RAW.test(mimeType)) {
    const preview = findRawPreview(bytes, null, formatName(mimeType));
    if (preview.kind !== 'jpeg') throw unsupportedFormat(mimeType);
    return await describe(mimeType, preview.jpeg, options, { isInside: true, exif: cr3Directories(bytes) });
  }
  if (mimeType === 'image/svg+xml-compressed')
    return await describe(mimeType, unpackSvg(bytes, options), options, { isInside: true });
  if (DECODED_BY_LIBVIPS.has(mimeType)) return await describe(mimeType, bytes, options, { isInside: false });
  const decoded = await decodeOther(mimeType, bytes, options);
  if (!decoded) throw unsupportedFormat(mimeType);
  return await describe(mimeType, decoded.file, options, { isInside: true, exif: blockDirectories(decoded.exif) });
}

function unpackSvg(bytes: Uint8Array, { maxBytes }: SourceOptions): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw decodeError(error, 'image/svg+xml');
    const message = sentence('SVG_TOO_LARGE', { maxBytes });
    throw new ItemError('TOO_LARGE', message, { cause: error });
  }
}

interface Found {
  /** Whether the input is not the file itself, but was extracted or decoded from it. */
  readonly isInside: boolean;
  readonly failOn?: 'warning' | 'error';
  /** The EXIF directories of the file, if the input may lack them. */
  readonly exif?: ExifDirectories | undefined;
}

async function describe(
  mimeType: string,
  input: Uint8Array,
  options: SourceOptions,
  { isInside, failOn = 'error', exif }: Found,
): Promise<PictureSource> {
  const file = await readableFile(mimeType, input, options);
  const metadata = await readMetadata(file.bytes, mimeType);
  const { format, space, orientation = 1, depth, hasProfile, width, height } = metadata;
  checkSize(width, height, options);
  const held = heldBytes(metadata);
  checkMemory(held, `this ${formatName(mimeType)} picture of ${width} × ${height} pixels`, options);
  // Pictures above EXACT_PIXELS are reduced while they are decoded. For a rotation, the whole picture is held in memory
  // beside the result.
  const pixelBytes = Math.min(width * height, options.asReference ? Infinity : EXACT_PIXELS) * 3;
  checkGrant(held + pixelBytes * (orientation > 1 ? 2 : 1), options);
  const base: SharpOptions = {
    failOn: file.lacksEnd ? 'warning' : failOn,
    limitInputPixels: false,
    sequentialRead: true,
    pages: 1,
  };
  const isAnimated = (metadata.pages ?? 1) > 1 && (format === 'gif' || format === 'webp') && !options.asReference;
  const page = isAnimated ? await firstFrameWithContent(file.bytes, base, metadata.pages as number) : 0;
  // Without this, sharp works in P3 for 16-bit samples with a profile and uses the samples as sRGB, or does not convert
  // grey.
  const deepSpace = depth === 'ushort' && hasProfile ? EIGHT_BIT_SPACES[space] : undefined;
  return {
    mimeType,
    isVector: format === 'svg',
    width: metadata.autoOrient.width,
    height: metadata.autoOrient.height,
    orientation,
    exif: exif ?? blockDirectories(metadata.exif),
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

/** Changes a file that every viewer can show, but libvips cannot read. */
async function readableFile(
  mimeType: string,
  bytes: Uint8Array,
  options: SourceOptions,
): Promise<{ bytes: Uint8Array; lacksEnd: boolean }> {
  const { asReference } = options;
  if (mimeType === 'image/jpeg' && !asReference && !hasJpegEnd(bytes)) {
    // With `lacksEnd`, warnings are errors: a file that lacks more than its end marker has lost pixels.
    return { bytes: withJpegEnd(bytes), lacksEnd: true };
  }
  if (mimeType === 'image/png' && !asReference && isAnimatedPng(bytes)) {
    const { width, height } = pngSize(bytes);
    checkSize(width, height, options);
    // One frame and its canvas, four bytes per pixel each.
    checkGrant(width * height * 8, options);
    return { bytes: (await firstFrameOfPng(bytes)) ?? bytes, lacksEnd: false };
  }
  // The first frame of an animated AVIF is also an image item, but libvips accepts only the brand of a still AVIF.
  if (mimeType === 'image/avif' && Buffer.from(bytes.subarray(8, 12)).toString('latin1') === 'avis') {
    const copy = Buffer.from(bytes);
    copy.write('avif', 8, 'latin1');
    if (!asReference) await checkFirstFrame(copy);
    return { bytes: copy, lacksEnd: false };
  }
  return { bytes, lacksEnd: false };
}

/**
 * libvips cannot read the other frames of an AVIF.
 * @throws ItemError UNSUPPORTED_FORMAT when the first frame is empty
 */
async function checkFirstFrame(avif: Uint8Array): Promise<void> {
  // A file that cannot be decoded gets its own error later.
  const shown = await sharp(avif, { limitInputPixels: EXACT_PIXELS })
    .stats()
    .catch(() => null);
  if (shown === null || shown.channels.length < 4 || (shown.channels[3]?.max ?? 255) > 0) return;
  const message = sentence('AVIF_FIRST_FRAME');
  throw new ItemError('UNSUPPORTED_FORMAT', message);
}

async function readMetadata(bytes: Uint8Array, mimeType: string): Promise<Metadata> {
  try {
    // `checkSize` and `checkMemory` check the limits, with clearer messages.
    return await sharp(bytes, { limitInputPixels: false, limitInputChannels: false }).metadata();
  } catch (error) {
    if (mimeType !== 'image/jpeg' || readJpegHeader(bytes)) throw decodeError(error, mimeType);
    if (isJpegLs(bytes)) throw unsupportedFormat('image/jls');
    throw new ItemError('DECODE_FAILED', sentence('JPEG_WITHOUT_PICTURE'), {
      cause: error,
    });
  }
}

/**
 * Memory for the parts of a picture that are held at once: most formats are decoded line by line, some only as a whole.
 */
function heldBytes({ format, width, height, isProgressive, depth, channels }: Metadata): number {
  const samples = width * height * (channels || 3);
  const sampleBytes = depth === 'ushort' ? 2 : 1;
  // Coefficients have two bytes. With 4:2:0 chroma subsampling there are fewer of them; this is the size without
  // subsampling.
  if (format === 'jpeg') return isProgressive ? samples * 2 : 0;
  if (format === 'png') return isProgressive ? samples * sampleBytes : 0;
  if (format === 'webp' || format === 'gif') return width * height * 4;
  return format === 'heif' ? samples * (sampleBytes + 2) : 0;
}
