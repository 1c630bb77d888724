// The two passes of Pillow's resize (libImaging/Resample.c) in AssemblyScript, with 128-bit vectors. src/resample.ts
// computes the weights, lays out the memory and calls both passes. All parameters are addresses or sizes in bytes.
//
// A weight is a fixed-point number with 22 fraction bits. Vector instructions multiply int16 numbers fast, so a weight
// w is split into two numbers: w & 0x7fff and w >> 15. Weights are stored in pairs, for two neighbouring pixels a and b:
//
//     low(a) low(b) high(a) high(b)     four int16, PAIR_BYTES together
//
// One instruction then computes value(a) · low(a) + value(b) · low(b) for four values at once. Every output has the
// same number of pairs, `pairBytes` in all; the pairs that it does not need have weight 0.

const PRECISION_BITS: i32 = 22;
const LOW_BITS: i32 = 15;
const PAIR_BYTES: usize = 8;
const HALF_PAIR_BYTES: usize = 4;
const PIXEL_BYTES: usize = 3;
/** Two RGB pixels as R R G G B B, each int16. */
@inline
function pairOfPixels(from: usize): v128 {
  const order = i8x16(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1);
  return i8x16.swizzle(v128.load64_zero(from), order);
}

/** Adds value(a) · weight(a) + value(b) · weight(b) to four sums. */
@inline
function addPair(sums: v128, values: v128, weights: v128): v128 {
  return i32x4.add(sums, i32x4.dot_i16x8_s(values, weights));
}

/** (high << 15) + low, rounded to whole numbers. */
@inline
function rounded(low: v128, high: v128): v128 {
  const sum = i32x4.add(i32x4.shl(high, LOW_BITS), low);
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(1 << (PRECISION_BITS - 1))), PRECISION_BITS);
}

/** Eight int32 as bytes, clamped to 0..255, in the first eight bytes. */
@inline
function toBytes(first: v128, second: v128): v128 {
  const values = i16x8.narrow_i32x4_s(first, second);
  return i8x16.narrow_i16x8_u(values, values);
}

/**
 * Resizes RGB rows to another width.
 * @param rows the rows, without gaps, up to `rowsEnd`; it reads up to two bytes beyond them
 * @param starts int32 for each output pixel, up to `startsEnd`: where in a row its first source pixel is, in bytes
 * @param out the first output row, `outBytes` from one to the next; it writes one byte beyond the last pixel
 */
export function horizontal(
  rows: usize,
  rowsEnd: usize,
  rowBytes: usize,
  starts: usize,
  startsEnd: usize,
  weights: usize,
  pairBytes: usize,
  out: usize,
  outBytes: usize,
): void {
  for (; rows < rowsEnd; rows += rowBytes, out += outBytes) {
    let weight = weights;
    let to = out;
    let start = starts;
    do {
      const end = weight + pairBytes;
      let from = rows + <usize>load<i32>(start);
      let low = i32x4.splat(0);
      let high = i32x4.splat(0);
      do {
        const values = pairOfPixels(from);
        low = addPair(low, values, v128.load32_splat(weight));
        high = addPair(high, values, v128.load32_splat(weight, HALF_PAIR_BYTES));
        from += 2 * PIXEL_BYTES;
        weight += PAIR_BYTES;
      } while (weight < end);
      const pixel = rounded(low, high);
      v128.store32_lane(to, toBytes(pixel, pixel), 0);
      to += PIXEL_BYTES;
      start += sizeof<i32>();
    } while (start < startsEnd);
  }
}

/**
 * Resizes rows to another number of rows.
 * @param rows the rows, `rowBytes` each: a multiple of eight
 * @param starts int32 for each output row, up to `startsEnd`: where its first source row is, in bytes from `rows`
 * @param out the output rows, without gaps
 */
export function vertical(
  rows: usize,
  rowBytes: usize,
  starts: usize,
  startsEnd: usize,
  weights: usize,
  pairBytes: usize,
  out: usize,
): void {
  for (let start = starts; start < startsEnd; start += sizeof<i32>(), weights += pairBytes) {
    const first = rows + <usize>load<i32>(start);
    const end = weights + pairBytes;
    for (let column = first; column < first + rowBytes; column += 8, out += 8) {
      let from = column;
      let low1 = i32x4.splat(0);
      let high1 = i32x4.splat(0);
      let low2 = i32x4.splat(0);
      let high2 = i32x4.splat(0);
      let weight = weights;
      do {
        // A byte of the upper row, a byte of the lower row, and so on for eight columns.
        const upper = v128.load64_zero(from);
        from += rowBytes;
        const lower = v128.load64_zero(from);
        const bytes = i8x16.shuffle(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const values1 = i16x8.extend_low_i8x16_u(bytes);
        const values2 = i16x8.extend_high_i8x16_u(bytes);
        const lowWeights = v128.load32_splat(weight);
        const highWeights = v128.load32_splat(weight, HALF_PAIR_BYTES);
        low1 = addPair(low1, values1, lowWeights);
        high1 = addPair(high1, values1, highWeights);
        low2 = addPair(low2, values2, lowWeights);
        high2 = addPair(high2, values2, highWeights);
        from += rowBytes;
        weight += PAIR_BYTES;
      } while (weight < end);
      v128.store64_lane(out, toBytes(rounded(low1, high1), rounded(low2, high2)), 0);
    }
  }
}
