/**
 * Pillow's bicubic resize, bit for bit (libImaging/Resample.c of Pillow 11): a separable filter with a = −0.5 whose support
 * grows with the reduction, coefficients in 22-bit fixed point, the horizontal pass first, each pass rounded to a byte.
 */

const PRECISION_BITS = 32 - 8 - 2;
const SUPPORT = 2;

interface Coefficients {
  /** First source index of each output index. */
  readonly starts: Int32Array;
  /** How many source values each output index takes. */
  readonly counts: Int32Array;
  /** Fixed-point weights, `stride` apart. */
  readonly weights: Int32Array;
  readonly stride: number;
}

function bicubic(distance: number): number {
  const a = -0.5;
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

function computeCoefficients(inputSize: number, outputSize: number): Coefficients {
  const scale = inputSize / outputSize;
  const filterScale = Math.max(scale, 1);
  const support = SUPPORT * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(outputSize);
  const counts = new Int32Array(outputSize);
  const weights = new Int32Array(outputSize * stride);
  const exact = new Float64Array(stride);
  for (let out = 0; out < outputSize; out++) {
    const center = (out + 0.5) * scale;
    // C's cast to int cuts towards zero, and both are clamped at the edges.
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(inputSize, Math.trunc(center + support + 0.5)) - start;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += exact[i] = bicubic((i + start - center + 0.5) * (1 / filterScale));
    for (let i = 0; i < count; i++) {
      const weight = (exact[i] as number) * (sum === 0 ? 1 : 1 / sum);
      weights[out * stride + i] = Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * (1 << PRECISION_BITS));
    }
    starts[out] = start;
    counts[out] = count;
  }
  return { starts, counts, weights, stride };
}

const cache = new Map<string, Coefficients>();
const MAX_CACHED = 64;

function coefficients(inputSize: number, outputSize: number): Coefficients {
  const key = `${inputSize}/${outputSize}`;
  let found = cache.get(key);
  if (!found) {
    const [oldest] = cache.keys();
    if (cache.size >= MAX_CACHED && oldest !== undefined) cache.delete(oldest);
    cache.set(key, (found = computeCoefficients(inputSize, outputSize)));
  }
  return found;
}

function clip(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** RGB bytes row by row, `[height, width, 3]`. */
export interface RgbImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Resizes straight to `[size, size, 3]`, without regard to the aspect. */
export function resizeBicubic({ data, width, height }: RgbImage, size: number): Uint8Array {
  // A pass that changes nothing is left out, as Pillow does: rounding it would be harmless, running it is not free.
  const wide = width === size ? data : horizontal(data, width, height, size);
  return height === size ? wide : vertical(wide, size, height, size);
}

function horizontal(data: Uint8Array, width: number, height: number, outWidth: number): Uint8Array {
  const { starts, counts, weights, stride } = coefficients(width, outWidth);
  const out = new Uint8Array(outWidth * height * 3);
  const half = 1 << (PRECISION_BITS - 1);
  for (let y = 0, to = 0; y < height; y++) {
    const row = y * width * 3;
    for (let x = 0; x < outWidth; x++) {
      const end = x * stride + (counts[x] as number);
      let red = half;
      let green = half;
      let blue = half;
      for (let w = x * stride, from = row + (starts[x] as number) * 3; w < end; w++, from += 3) {
        const weight = weights[w] as number;
        // `| 0` keeps the sums in 32-bit integers (they fit, as in Pillow); as doubles they would take twice as long.
        red = (red + Math.imul(data[from] as number, weight)) | 0;
        green = (green + Math.imul(data[from + 1] as number, weight)) | 0;
        blue = (blue + Math.imul(data[from + 2] as number, weight)) | 0;
      }
      out[to++] = clip(red);
      out[to++] = clip(green);
      out[to++] = clip(blue);
    }
  }
  return out;
}

function vertical(data: Uint8Array, width: number, height: number, outHeight: number): Uint8Array {
  const { starts, counts, weights, stride } = coefficients(height, outHeight);
  const rowBytes = width * 3;
  const out = new Uint8Array(rowBytes * outHeight);
  const sums = new Int32Array(rowBytes);
  for (let y = 0; y < outHeight; y++) {
    sums.fill(1 << (PRECISION_BITS - 1));
    for (let i = 0; i < (counts[y] as number); i++) {
      const weight = weights[y * stride + i] as number;
      const from = ((starts[y] as number) + i) * rowBytes;
      for (let x = 0; x < rowBytes; x++) sums[x] = (sums[x] as number) + Math.imul(data[from + x] as number, weight);
    }
    const to = y * rowBytes;
    for (let x = 0; x < rowBytes; x++) out[to + x] = clip(sums[x] as number);
  }
  return out;
}
