import { ItemError } from '@wentu/domain';

export interface PictureLimits {
  readonly maxBytes: number;
  readonly maxPixels: number;
  /** Most memory that the decoding of one picture may take, in bytes. */
  readonly maxDecodeBytes: number;
}

/** As in JPEG. Between the passes of a resize a picture of 1 × 10,000,000 would be as wide as the model's square. */
const MAX_SIDE = 65_535;

/** Above it a picture is made smaller while it is decoded, by whole numbers; below it every pixel is there. */
export const EXACT_PIXELS = 64_000_000;

/** @throws ItemError EMPTY_FILE, TOO_LARGE */
export function checkBytes(bytes: Uint8Array, { maxBytes }: Pick<PictureLimits, 'maxBytes'>): void {
  if (bytes.length === 0) throw new ItemError('EMPTY_FILE', 'the file is empty');
  if (bytes.length <= maxBytes) return;
  throw new ItemError(
    'TOO_LARGE',
    `the file has ${bytes.length} bytes; at most ${maxBytes} are read (WENTU_MAX_IMAGE_BYTES)`,
  );
}

/** From the header, before a pixel is decoded. @throws ItemError TOO_LARGE */
export function checkSize(width: number, height: number, { maxPixels }: Pick<PictureLimits, 'maxPixels'>): void {
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
}

/** Memory that one task has been given beside the process's own, in bytes; no bound without. */
export interface Granted {
  readonly grantedBytes?: number;
}

/** Nothing has been decoded yet: the task takes more memory than it was given. */
export class NeedsMemory extends Error {
  constructor(readonly bytes: number) {
    super(`the picture takes ${bytes} bytes to decode`);
  }
}

/** @throws ItemError TOO_LARGE; NeedsMemory */
export function checkMemory(neededBytes: number, what: string, limits: PictureLimits & Granted): void {
  const { maxDecodeBytes } = limits;
  if (neededBytes <= maxDecodeBytes) return checkGrant(neededBytes, limits);
  const mib = (bytes: number): number => Math.ceil(bytes / 1024 / 1024);
  throw new ItemError(
    'TOO_LARGE',
    `${what} takes ${mib(neededBytes)} MiB to decode; at most ${mib(maxDecodeBytes)} are given to one picture (WENTU_MAX_DECODE_BYTES)`,
  );
}

/** @throws NeedsMemory */
export function checkGrant(neededBytes: number, { grantedBytes = Infinity }: Granted): void {
  if (neededBytes > grantedBytes) throw new NeedsMemory(neededBytes);
}
