/** Memory that runs use one after another. It grows to the largest run, in steps of a megabyte. */
export class Scratch {
  private kept = new Float32Array(0);

  /** @returns memory for `length` numbers with any content. It is valid until the next call. */
  take(length: number): Float32Array {
    if (this.kept.length < length) this.kept = new Float32Array(Math.ceil(length / STEP) * STEP);
    return this.kept.subarray(0, length);
  }
}

const STEP = 256 * 1024;
