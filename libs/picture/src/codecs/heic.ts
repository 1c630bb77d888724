import { ItemError } from '@wentu/domain';
import sharp from 'sharp';
import { checkMemory, checkSize, type Granted, type PictureLimits } from '../limits';
import { allocateTiff } from '../tiff/wrap-as-tiff';

/** As measured: 710 MB for 48 million pixels. */
const BYTES_A_PIXEL = 15;

interface HeifImage {
  get_width(): number;
  get_height(): number;
  is_primary(): boolean;
  display(into: { data: Uint8ClampedArray; width: number; height: number }, done: (shown: unknown) => void): void;
  free(): void;
}
/** The part of libheif-js that is used; its own types describe no class. */
interface LibHeif {
  readonly ready?: Promise<unknown>;
  readonly HeifDecoder: new () => {
    decode(bytes: Uint8Array): HeifImage[];
    readonly decoder: { delete(): void };
  };
}

/** HEIC by libheif in WebAssembly, which turns and crops it as the file says. @throws ItemError */
export async function decodeHeic(bytes: Uint8Array, limits: PictureLimits & Granted): Promise<Buffer> {
  // A module of its own, under the LGPL: docs/decisions/0006-decoders-in-processes.md.
  const loaded: unknown = await import('libheif-js/wasm-bundle');
  const libheif = ('default' in (loaded as object) ? (loaded as { default: unknown }).default : loaded) as LibHeif;
  await libheif.ready;
  const decoder = new libheif.HeifDecoder();
  const images = decoder.decode(bytes);
  try {
    const image = images.find((candidate) => candidate.is_primary()) ?? images[0];
    if (!image) throw new ItemError('DECODE_FAILED', 'the HEIC is damaged: no picture in it; fetch it again');
    const [width, height] = [image.get_width(), image.get_height()];
    checkSize(width, height, limits);
    checkMemory(width * height * BYTES_A_PIXEL, `this HEIC of ${width} × ${height} pixels`, limits);
    const layout = { width, height, colours: 'rgb', hasAlpha: true, depth: 8, icc: await profileOf(bytes) } as const;
    const { file, samples } = allocateTiff(layout);
    const data = new Uint8ClampedArray(samples.buffer, samples.byteOffset, samples.byteLength);
    const shown = await new Promise((resolve) => image.display({ data, width, height }, resolve));
    if (shown) return file;
    throw new ItemError(
      'DECODE_FAILED',
      'the HEIC cannot be decoded: it is damaged, or of a kind that libheif does not read; open it in an image viewer, or fetch it again',
    );
  } finally {
    for (const image of images) image.free();
    decoder.decoder.delete();
  }
}

/**
 * libheif gives the numbers as they are stored; telephones store those of Display P3. sharp reads no pixels of HEIC,
 * but its header.
 */
async function profileOf(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const metadata = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => null);
  return metadata?.icc;
}
