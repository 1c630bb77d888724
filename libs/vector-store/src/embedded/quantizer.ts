/** Rotated numbers have about a normal distribution: the largest int8 stands for this many standard deviations. */
const DEVIATIONS = 5;
const INT8_MAX = 127;
const SEED = 0x9e3779b9;

/**
 * Makes int8 rows of vectors, all with one scale, so that their products with a query can be compared as integers.
 *
 * Encoders' embeddings have a few numbers that are much larger than the others, which would make the steps coarse for
 * all. So vectors are rotated first, by random signs and Walsh–Hadamard transforms: products of two vectors stay what
 * they were, and the numbers of each become about equally large.
 */
export class Quantizer {
  /** What an int8 of 1 stands for. */
  readonly step: number;
  /** Hardly any row's error is larger, unless numbers of it are cut off. */
  readonly usualError: number;
  private readonly rotated: Float64Array;
  private readonly signs: readonly Float64Array[];
  /** Numbers of one transform, a power of two; a second one covers the rest. */
  private readonly width: number;

  constructor(readonly dimension: number) {
    this.step = DEVIATIONS / Math.sqrt(dimension) / INT8_MAX;
    // Errors of the numbers are spread evenly over a step; their sum varies less the more there are.
    this.usualError = this.step * Math.sqrt(dimension / 12) * (1 + 3 / Math.sqrt(dimension));
    this.rotated = new Float64Array(dimension);
    this.width = 2 ** Math.floor(Math.log2(dimension));
    const random = signsFrom(SEED);
    const transforms = this.width === dimension ? 1 : 2;
    this.signs = Array.from({ length: transforms }, () => Float64Array.from({ length: dimension }, random));
  }

  /**
   * @param out takes the int8 numbers, from `at` on
   * @returns the Euclidean distance of the rotated vector from what the int8 numbers stand for
   */
  quantize(vector: Float32Array, out: Int8Array, at: number): number {
    this.rotate(vector);
    const { rotated, step } = this;
    let squares = 0;
    for (let i = 0; i < rotated.length; i++) {
      const value = rotated[i] as number;
      const whole = Math.max(-INT8_MAX, Math.min(INT8_MAX, Math.round(value / step)));
      out[at + i] = whole;
      const missed = value - whole * step;
      squares += missed * missed;
    }
    return Math.sqrt(squares) * (1 + 1e-9);
  }

  private rotate(vector: Float32Array): void {
    const { rotated, signs, width } = this;
    for (let i = 0; i < rotated.length; i++) rotated[i] = vector[i] as number;
    signs.forEach((sign, i) => {
      for (let j = 0; j < rotated.length; j++) rotated[j] = (rotated[j] as number) * (sign[j] as number);
      transform(rotated, i === 0 ? 0 : rotated.length - width, width);
    });
  }
}

/** The orthonormal Walsh–Hadamard transform of some of the numbers, in place. */
function transform(numbers: Float64Array, first: number, width: number): void {
  for (let half = 1; half < width; half *= 2) {
    for (let block = first; block < first + width; block += 2 * half) {
      for (let i = block; i < block + half; i++) {
        const a = numbers[i] as number;
        const b = numbers[i + half] as number;
        numbers[i] = a + b;
        numbers[i + half] = a - b;
      }
    }
  }
  const norm = 1 / Math.sqrt(width);
  for (let i = first; i < first + width; i++) numbers[i] = (numbers[i] as number) * norm;
}

/** 1 or −1, the same ones always: files hold rotated rows (xorshift32). */
function signsFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 1 ? 1 : -1;
  };
}
