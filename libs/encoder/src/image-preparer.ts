import {
  ItemError,
  type ImageHeader,
  type ImageInspector,
  type ImagePreparer,
  type PreparedImage,
} from '@wentu/domain';
import { imageSize } from 'image-size';
import sharp, { type Metadata, type Sharp } from 'sharp';
import type { Preprocessing } from './preprocessing';
import { resizeBicubic, type RgbImage } from './resample';

// One thread a picture: pictures are decoded side by side, and libvips' own threads would fight the encoder's.
sharp.concurrency(1);
sharp.cache(false);

export interface ImagePreparerOptions extends Preprocessing {
  /** Side of the square that the model takes, in pixels. */
  readonly imageSize: number;
  readonly maxPixels: number;
  readonly maxBytes: number;
  /** Longest side of the preview, in pixels. */
  readonly previewSide: number;
}

const MIME_TYPES: Record<string, string> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  tiff: 'image/tiff',
  heif: 'image/avif',
  avif: 'image/avif',
};
/** Side that a vector picture without a large size of its own is drawn at. */
const SVG_SIDE = 512;
/** Tables made for the picture would save a twelfth of the bytes and cost as much time again. */
const PREVIEW_JPEG = { quality: 80, optimiseCoding: false };
const MAX_REUSED_BYTES = 64 * 1024;
/** As in JPEG. Between the passes of a resize a picture of 1 × 10,000,000 would be `imageSize` pixels wide. */
const MAX_SIDE = 65_535;

/** Decodes with sharp what sharp's build reads, resizes as Pillow does. First frame of what moves. */
export function createImagePreparer(options: ImagePreparerOptions): ImagePreparer & ImageInspector {
  return {
    async inspect(bytes) {
      const header = lookAtJpeg(bytes, options);
      if (header) return header;
      const { density, ...looked } = await look(bytes, options);
      await decode(bytes, density, options);
      return looked.header;
    },
    async prepare(bytes, { preview }) {
      const { header, density, orientation, isPlainJpeg } = await look(bytes, options);
      const image = await decode(bytes, density, options);
      const prepared: PreparedImage = { ...header, pixels: resizeBicubic(image, options.imageSize) };
      if (!preview) return prepared;
      const { previewSide } = options;
      // Nearly as small as it could be made, and already there.
      if (isPlainJpeg && Math.max(header.width, header.height) <= previewSide && bytes.length <= MAX_REUSED_BYTES)
        return { ...prepared, preview: bytes };
      const turned = options.upright || orientation === 1;
      return {
        ...prepared,
        preview: await makePreview(
          turned ? image : await decode(bytes, density, { ...options, upright: true }),
          previewSide,
        ),
      };
    },
  };
}

interface Looked {
  readonly header: ImageHeader;
  /** As EXIF numbers it; 1 is upright. */
  readonly orientation: number;
  /** Upright, grey or RGB: every browser shows it as it is. */
  readonly isPlainJpeg: boolean;
  /** For a vector picture, the dots per inch that draw it large enough. */
  readonly density?: number;
}

async function look(bytes: Uint8Array, { maxBytes, maxPixels }: ImagePreparerOptions): Promise<Looked> {
  checkBytes(bytes, maxBytes);
  const metadata = await readMetadata(bytes);
  const { mimeType, density } = describe(metadata, maxPixels);
  // Of the upright picture, whatever the encoder sees.
  const { width, height } = metadata.autoOrient;
  const { format, space, orientation = 1 } = metadata;
  const isPlainJpeg = format === 'jpeg' && orientation === 1 && (space === 'srgb' || space === 'b-w');
  const header = { mimeType, width, height };
  return { header, orientation, isPlainJpeg, ...(density === undefined ? {} : { density }) };
}

/** In a fortieth of the time that sharp takes; null for what is no JPEG, or may be cut off. */
function lookAtJpeg(bytes: Uint8Array, { maxBytes, maxPixels }: ImagePreparerOptions): ImageHeader | null {
  checkBytes(bytes, maxBytes);
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(-MAX_TRAILER_BYTES);
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || tail.lastIndexOf(JPEG_END) < 0) return null;
  const { type, width = 0, height = 0, orientation = 1 } = sizeOf(bytes);
  if (type !== 'jpg' || width === 0 || height === 0) return null;
  const { mimeType } = describe({ format: 'jpeg', width, height }, maxPixels);
  return orientation < 5 ? { mimeType, width, height } : { mimeType, width: height, height: width };
}

function sizeOf(bytes: Uint8Array): Partial<ReturnType<typeof imageSize>> {
  try {
    return imageSize(bytes);
  } catch {
    return {};
  }
}

function checkBytes(bytes: Uint8Array, maxBytes: number): void {
  if (bytes.length === 0) throw new ItemError('EMPTY_FILE', 'the file is empty');
  if (bytes.length > maxBytes) {
    throw new ItemError(
      'TOO_LARGE',
      `the file has ${bytes.length} bytes; at most ${maxBytes} are read (WENTU_MAX_IMAGE_BYTES)`,
    );
  }
}

const JPEG_END = Buffer.from([0xff, 0xd9]);
/** Cameras and editors put something of their own behind a picture. */
const MAX_TRAILER_BYTES = 1_024;

async function readMetadata(bytes: Uint8Array): Promise<Metadata> {
  try {
    // The limit is checked below, with words of our own.
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (error) {
    if (!/unsupported image format/.test(String(error))) throw damaged(error);
    throw new ItemError(
      'UNSUPPORTED_FORMAT',
      `no picture that can be read (${reason(error)}); give JPEG, PNG, WebP, GIF, AVIF, SVG or TIFF`,
      { cause: error },
    );
  }
}

function describe(
  header: Pick<Metadata, 'format' | 'width' | 'height' | 'compression'>,
  maxPixels: number,
): { mimeType: string; density?: number } {
  const { format, width, height } = header;
  const mimeType = MIME_TYPES[format];
  if (mimeType === undefined || (format === 'heif' && header.compression !== 'av1')) {
    throw new ItemError(
      'UNSUPPORTED_FORMAT',
      `${format === 'heif' ? 'HEIC' : format} pictures are not read; JPEG, PNG, WebP, GIF, AVIF, SVG and TIFF are: save it as one of them`,
    );
  }
  if (width * height > maxPixels) {
    throw new ItemError(
      'TOO_LARGE',
      `the picture has ${width} × ${height} pixels; at most ${maxPixels} are decoded (WENTU_MAX_PIXELS)`,
    );
  }
  if (Math.max(width, height) > MAX_SIDE) {
    throw new ItemError(
      'TOO_LARGE',
      `the picture has ${width} × ${height} pixels; sides of at most ${MAX_SIDE} are decoded, cut it into pieces`,
    );
  }
  if (format !== 'svg') return { mimeType };
  // 72 is what its own size is meant at.
  return { mimeType, density: Math.min(2_400, 72 * Math.max(1, SVG_SIDE / Math.max(width, height))) };
}

async function decode(
  bytes: Uint8Array,
  density: number | undefined,
  { upright, background, maxPixels }: ImagePreparerOptions,
): Promise<RgbImage> {
  try {
    let image: Sharp = sharp(bytes, {
      failOn: 'error',
      limitInputPixels: maxPixels,
      sequentialRead: true,
      pages: 1,
      ...(density === undefined ? {} : { density }),
    });
    if (upright) image = image.autoOrient();
    image = background === 'white' ? image.flatten({ background: '#ffffff' }) : image.removeAlpha();
    const { data, info } = await image
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data: info.channels === 1 ? greyToRgb(data) : data, width: info.width, height: info.height };
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(error: unknown): ItemError {
  const message = `the picture is damaged: ${reason(error)}; open it in an image viewer, or fetch it again`;
  return new ItemError('DECODE_FAILED', message, { cause: error });
}

function greyToRgb(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let from = 0, to = 0; from < grey.length; from++, to += 3) rgb.fill(grey[from] as number, to, to + 3);
  return rgb;
}

async function makePreview({ data, width, height }: RgbImage, side: number): Promise<Uint8Array> {
  return await sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true, kernel: 'mitchell' })
    .jpeg(PREVIEW_JPEG)
    .toBuffer();
}

/** libvips says everything twice and over several lines. */
function reason(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.slice(0, 200);
}
