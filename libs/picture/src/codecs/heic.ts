import { ItemError, sentence } from '@wentu/domain';
import sharp, { type Metadata } from 'sharp';
import { checkMemory, checkSize, type Granted, type PictureLimits } from '../limits';
import { allocateTiff, type DecodedFile } from '../tiff/wrap-as-tiff';

/** Measured: 710 MB for 48 million pixels. */
const BYTES_PER_PIXEL = 15;

interface HeifImage {
  get_width(): number;
  get_height(): number;
  is_primary(): boolean;
  display(into: { data: Uint8ClampedArray; width: number; height: number }, done: (shown: unknown) => void): void;
  free(): void;
}
/** The used part of libheif-js, whose own types do not describe classes. */
interface LibHeif {
  readonly ready?: Promise<unknown>;
  readonly HeifDecoder: new () => {
    decode(bytes: Uint8Array): HeifImage[];
    readonly decoder: { delete(): void };
  };
}

/** Decodes HEIC with libheif in WebAssembly, which rotates and crops the picture as the file says. @throws ItemError */
export async function decodeHeic(bytes: Uint8Array, limits: PictureLimits & Granted): Promise<DecodedFile> {
  // libheif-js is a separate module, because its licence is the LGPL: docs/decisions/0006-decoders-in-processes.md.
  const loaded: unknown = await import('libheif-js/wasm-bundle');
  const libheif = ('default' in (loaded as object) ? (loaded as { default: unknown }).default : loaded) as LibHeif;
  await libheif.ready;
  const decoder = new libheif.HeifDecoder();
  const images = decoder.decode(bytes);
  try {
    const image = images.find((candidate) => candidate.is_primary()) ?? images[0];
    if (!image) throw new ItemError('DECODE_FAILED', sentence('HEIC_EMPTY'));
    const [width, height] = [image.get_width(), image.get_height()];
    checkSize(width, height, limits);
    checkMemory(width * height * BYTES_PER_PIXEL, `this HEIC of ${width} × ${height} pixels`, limits);
    const { icc, exif } = await headerOf(bytes);
    const layout = { width, height, colours: 'rgb', hasAlpha: true, depth: 8, icc } as const;
    const { file, samples } = allocateTiff(layout);
    const data = new Uint8ClampedArray(samples.buffer, samples.byteOffset, samples.byteLength);
    const shown = await new Promise((resolve) => image.display({ data, width, height }, resolve));
    if (shown) return { file, exif };
    throw new ItemError('DECODE_FAILED', sentence('HEIC_UNREADABLE'));
  } finally {
    for (const image of images) image.free();
    decoder.decoder.delete();
  }
}

/**
 * The ICC profile and the EXIF block. libheif does not convert colours, and phones store Display P3. sharp cannot
 * decode the pixels of HEIC, but reads the header.
 */
async function headerOf(bytes: Uint8Array): Promise<Pick<Metadata, 'icc' | 'exif'>> {
  return await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => ({}));
}
