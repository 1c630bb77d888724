interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

/**
 * Lets pictures be decoded side by side while their memory fits; the larger one waits its turn, and goes alone if it
 * has to.
 */
export class MemoryGate {
  private used = 0;
  private readonly waiting: Waiting[] = [];

  constructor(private readonly maxBytes: number) {}

  async run<T>(bytes: number, task: () => Promise<T>): Promise<T> {
    if (this.waiting.length > 0 || !this.fits(bytes))
      await new Promise<void>((resolve) => this.waiting.push({ bytes, start: resolve }));
    else this.used += bytes;
    try {
      return await task();
    } finally {
      this.used -= bytes;
      // In order, so that a large picture is not overtaken for ever.
      for (let next = this.waiting[0]; next && this.fits(next.bytes); next = this.waiting[0]) {
        this.waiting.shift();
        this.used += next.bytes;
        next.start();
      }
    }
  }

  private fits(bytes: number): boolean {
    return this.used === 0 || this.used + bytes <= this.maxBytes;
  }
}
