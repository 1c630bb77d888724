import type { ImageResize } from '@wentu/domain';
import { openResampleKernel, PAIR_BYTES, PRECISION_BITS, splitWeight, type ResampleKernel } from './resample-kernel';

/**
 * Pillow's resize, bit for bit (libImaging/Resample.c of Pillow 11): a separable filter whose support grows with the
 * reduction, coefficients in 22-bit fixed point, the horizontal pass first, each pass rounded to a byte.
 */

interface Filter {
  /** The distance from which every weight is zero. */
  readonly support: number;
  readonly weightAt: (distance: number) => number;
}

const FILTERS = {
  bicubic: { support: 2, weightAt: bicubic },
  bilinear: { support: 1, weightAt: (distance) => Math.max(0, 1 - Math.abs(distance)) },
} satisfies Record<ImageResize['filter'], Filter>;

/** The output pixels of a resize along one axis that are computed: `count` of `size` from `first` on. */
interface Axis {
  readonly from: number;
  readonly size: number;
  readonly first: number;
  readonly count: number;
}

interface Taps {
  /** First source index of each output index. */
  readonly starts: Int32Array;
  /** Fixed-point weights in pairs, in the layout of the kernel (assembly/resample.ts). */
  readonly weights: Int16Array;
  /** Size of the weights of one output index. */
  readonly pairBytes: number;
}

function bicubic(distance: number): number {
  const a = -0.5;
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

function computeTaps({ from, size, first, count: outputs }: Axis, filter: Filter): Taps {
  const scale = from / size;
  const filterScale = Math.max(scale, 1);
  const support = filter.support * filterScale;
  const starts = new Int32Array(outputs);
  const counts = new Int32Array(outputs);
  for (let out = 0; out < outputs; out++) {
    const center = (first + out + 0.5) * scale;
    // Casts to int in C truncate towards zero. Both ends are clamped to the source.
    const start = (starts[out] = Math.max(0, Math.trunc(center - support + 0.5)));
    counts[out] = Math.min(from, Math.trunc(center + support + 0.5)) - start;
  }
  const pairs = Math.ceil(counts.reduce((most, count) => Math.max(most, count), 0) / 2);
  const weights = new Int16Array(outputs * pairs * 4);
  const exact = new Float64Array(2 * pairs);
  for (let out = 0; out < outputs; out++) {
    const center = (first + out + 0.5) * scale;
    const start = starts[out] as number;
    const count = counts[out] as number;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += exact[i] = filter.weightAt((i + start - center + 0.5) * (1 / filterScale));
    for (let i = 0; i < count; i++) {
      const weight = (exact[i] as number) * (sum === 0 ? 1 : 1 / sum);
      const fixed = Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * (1 << PRECISION_BITS));
      const at = (out * pairs + (i >> 1)) * 4 + (i & 1);
      [weights[at], weights[at + 2]] = splitWeight(fixed);
    }
  }
  return { starts, weights, pairBytes: pairs * PAIR_BYTES };
}

const cache = new Map<string, Taps>();
const MAX_CACHED = 64;

function tapsOf(axis: Axis, filter: ImageResize['filter']): Taps {
  const key = `${axis.from}/${axis.size}/${axis.first}/${axis.count}/${filter}`;
  let found = cache.get(key);
  if (!found) {
    const [oldest] = cache.keys();
    if (cache.size >= MAX_CACHED && oldest !== undefined) cache.delete(oldest);
    cache.set(key, (found = computeTaps(axis, FILTERS[filter])));
  }
  return found;
}

/**
 * Squashed pictures are computed whole. Of the others the shorter side becomes `size`, and only the output pixels of
 * the square in their middle are computed: each output pixel depends on source pixels only.
 */
function axisOf(from: number, other: number, size: number, fit: ImageResize['fit']): Axis {
  const whole = fit === 'squash' ? size : Math.floor((size * from) / Math.min(from, other));
  return { from, size: whole, first: Math.floor((whole - size) / 2), count: size };
}

/** RGB bytes row by row, `[height, width, 3]`. */
export interface RgbImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Resizes to `[size, size, 3]`. Sides have at most 65,535 pixels. */
export function resizePicture({ data, width, height }: RgbImage, size: number, resize: ImageResize): Uint8Array {
  // The kernel needs rows between the two passes whose length is a multiple of eight bytes.
  const rowBytes = Math.ceil((size * 3) / 8) * 8;
  const [horizontalAxis, verticalAxis] = [
    axisOf(width, height, size, resize.fit),
    axisOf(height, width, size, resize.fit),
  ];
  const [across, down] = [tapsOf(horizontalAxis, resize.filter), tapsOf(verticalAxis, resize.filter)];
  const offsets = layOut([
    Math.max(WINDOW_BYTES, width * 3),
    ...[across, down].flatMap(({ starts, weights }) => [starts.byteLength, weights.byteLength]),
    // The last output rows have taps with weight 0 that read beyond the last source row.
    (height + (2 * down.pairBytes) / PAIR_BYTES) * rowBytes,
    size * rowBytes,
  ]);
  const [window, startsAcross, weightsAcross, startsDown, weightsDown, between, out, end] = offsets as Offsets;
  const { bytes, horizontal, vertical } = kernelWith(end);
  // Like Pillow, skip a pass that keeps the size: it would change no pixel, but take time.
  if (horizontalAxis.size === width) {
    const cut = data.subarray(horizontalAxis.first * 3);
    copyRows(cut, width * 3, bytes.subarray(between), rowBytes, { rows: height, length: size * 3 });
  } else {
    writeIndexes(bytes, startsAcross, across.starts, 3);
    bytes.set(bytesOf(across.weights), weightsAcross);
    const rows = Math.floor(WINDOW_BYTES / (width * 3));
    const startsEnd = startsAcross + across.starts.byteLength;
    for (let first = 0; first < height; first += rows) {
      const part = data.subarray(first * width * 3, Math.min(height, first + rows) * width * 3);
      bytes.set(part, window);
      const to = between + first * rowBytes;
      const { pairBytes } = across;
      horizontal(
        window,
        window + part.length,
        width * 3,
        startsAcross,
        startsEnd,
        weightsAcross,
        pairBytes,
        to,
        rowBytes,
      );
    }
  }
  let result = between + verticalAxis.first * rowBytes;
  if (verticalAxis.size !== height) {
    writeIndexes(bytes, startsDown, down.starts, rowBytes);
    bytes.set(bytesOf(down.weights), weightsDown);
    vertical(between, rowBytes, startsDown, startsDown + down.starts.byteLength, weightsDown, down.pairBytes, out);
    result = out;
  }
  const pixels = new Uint8Array(size * size * 3);
  copyRows(bytes.subarray(result), rowBytes, pixels, size * 3, { rows: size, length: size * 3 });
  return pixels;
}

/** Source rows are copied in windows of this size. The widest row has 192 KiB. */
const WINDOW_BYTES = 1024 * 1024;
/** Tall pictures need more memory. They get a new memory, which is not kept. */
const KEPT_BYTES = 8 * 1024 * 1024;

type Offsets = [number, number, number, number, number, number, number, number];

/**
 * The start of each block when blocks of these sizes follow one another, and the end of the last block. Each block has
 * padding, because the kernel reads and writes a few bytes beyond its end.
 */
function layOut(sizes: readonly number[]): number[] {
  const offsets = [0];
  for (const size of sizes) offsets.push(Math.ceil(((offsets.at(-1) as number) + size + 16) / 16) * 16);
  return offsets;
}

let keptKernel: ResampleKernel | undefined;

function kernelWith(sizeBytes: number): ResampleKernel {
  return sizeBytes > KEPT_BYTES ? openResampleKernel(sizeBytes) : (keptKernel ??= openResampleKernel(KEPT_BYTES));
}

function writeIndexes({ buffer }: Uint8Array, at: number, indexes: Int32Array, unitBytes: number): void {
  const target = new Int32Array(buffer, at, indexes.length);
  for (let i = 0; i < indexes.length; i++) target[i] = (indexes[i] as number) * unitBytes;
}

function bytesOf({ buffer, byteOffset, byteLength }: Int16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Copies the first `length` bytes of each of `rows` rows. */
function copyRows(
  from: Uint8Array,
  fromStride: number,
  to: Uint8Array,
  toStride: number,
  { rows, length }: { readonly rows: number; readonly length: number },
): void {
  if (fromStride === length && toStride === length) return to.set(from.subarray(0, rows * length));
  for (let row = 0; row < rows; row++)
    to.set(from.subarray(row * fromStride, row * fromStride + length), row * toStride);
}
