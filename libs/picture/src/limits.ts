import { ItemError, sentence } from '@wentu/domain';

export interface PictureLimits {
  readonly maxBytes: number;
  readonly maxPixels: number;
  /** Limit of the memory for decoding one picture, in bytes. */
  readonly maxDecodeBytes: number;
}

/**
 * The limit of JPEG. Without a limit, the horizontal pass of a resize would make a picture of `imageSize` × 10,000,000
 * pixels out of one of 1 × 10,000,000.
 */
const MAX_SIDE = 65_535;

/** Larger pictures are reduced by a whole factor while they are decoded; smaller pictures keep every pixel. */
export const EXACT_PIXELS = 64_000_000;

/** @throws ItemError EMPTY_FILE, TOO_LARGE */
export function checkBytes(bytes: Uint8Array, { maxBytes }: Pick<PictureLimits, 'maxBytes'>): void {
  if (bytes.length === 0) throw new ItemError('EMPTY_FILE', sentence('FILE_EMPTY'));
  if (bytes.length <= maxBytes) return;
  throw new ItemError('TOO_LARGE', sentence('FILE_TOO_LARGE', { fileBytes: bytes.length, maxBytes }));
}

/** Checks the size in the header, before pixels are decoded. @throws ItemError TOO_LARGE */
export function checkSize(width: number, height: number, { maxPixels }: Pick<PictureLimits, 'maxPixels'>): void {
  if (width * height > maxPixels) {
    throw new ItemError('TOO_LARGE', sentence('TOO_MANY_PIXELS', { width, height, maxPixels }));
  }
  if (Math.max(width, height) > MAX_SIDE) {
    throw new ItemError('TOO_LARGE', sentence('SIDE_TOO_LONG', { width, height, maxSide: MAX_SIDE }));
  }
}

/** Memory that a task may use in addition to the memory of its process, in bytes. Undefined: no limit. */
export interface Granted {
  readonly grantedBytes?: number;
}

/** The task needs more memory than it was granted. Nothing has been decoded yet. */
export class NeedsMemory extends Error {
  constructor(readonly bytes: number) {
    super(`the picture needs ${bytes} bytes to decode`);
  }
}

/** @throws ItemError TOO_LARGE; NeedsMemory */
export function checkMemory(neededBytes: number, what: string, limits: PictureLimits & Granted): void {
  const { maxDecodeBytes } = limits;
  if (neededBytes <= maxDecodeBytes) return checkGrant(neededBytes, limits);
  const mib = (bytes: number): number => Math.ceil(bytes / 1024 / 1024);
  throw new ItemError(
    'TOO_LARGE',
    sentence('NEEDS_MEMORY', { what, neededMib: mib(neededBytes), maxMib: mib(maxDecodeBytes) }),
  );
}

/** @throws NeedsMemory */
export function checkGrant(neededBytes: number, { grantedBytes = Infinity }: Granted): void {
  if (neededBytes > grantedBytes) throw new NeedsMemory(neededBytes);
}
