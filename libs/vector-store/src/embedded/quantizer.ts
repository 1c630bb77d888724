/** Rotated components are about normally distributed. The largest int8 represents this many standard deviations. */
const DEVIATIONS = 5;
const INT8_MAX = 127;
const SEED = 0x9e3779b9;

/**
 * Quantises vectors to int8 with one common scale, so that their products with a query can be compared as integers.
 *
 * Embeddings have a few components that are much larger than the others. These would need a coarse step for all
 * components. So vectors are first rotated by random signs and Walsh–Hadamard transforms. A rotation keeps the products
 * of vectors and makes the components of each about equally large.
 */
export class Quantizer {
  /** The value of an int8 of 1. */
  readonly step: number;
  /** Hardly any row has a larger error, unless some of its components are clipped. */
  readonly usualError: number;
  private readonly rotated: Float64Array;
  private readonly signs: readonly Float64Array[];
  /** The number of components in one transform, a power of two. A second transform covers the rest. */
  private readonly width: number;

  constructor(readonly dimension: number) {
    this.step = DEVIATIONS / Math.sqrt(dimension) / INT8_MAX;
    // Rounding errors are uniform within a step. The relative variance of their sum decreases with the dimension.
    this.usualError = this.step * Math.sqrt(dimension / 12) * (1 + 3 / Math.sqrt(dimension));
    this.rotated = new Float64Array(dimension);
    this.width = 2 ** Math.floor(Math.log2(dimension));
    const random = signsFrom(SEED);
    const transforms = this.width === dimension ? 1 : 2;
    this.signs = Array.from({ length: transforms }, () => Float64Array.from({ length: dimension }, random));
  }

  /**
   * @param out receives the int8 components, from `at` on
   * @returns the Euclidean distance between the rotated vector and its int8 approximation
   */
  quantize(vector: Float32Array, out: Int8Array, at: number): number {
    this.rotate(vector);
    const { rotated, step } = this;
    let squares = 0;
    for (let i = 0; i < rotated.length; i++) {
      const value = rotated[i] as number;
      const whole = Math.max(-INT8_MAX, Math.min(INT8_MAX, Math.floor(value / step + 0.5)));
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

/** The orthonormal Walsh–Hadamard transform of `width` components from `first` on, in place. */
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

/** Random signs 1 or −1 (xorshift32). The sequence must never change, because files hold rotated rows. */
function signsFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 1 ? 1 : -1;
  };
}
