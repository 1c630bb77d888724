const WINDOW_MS = 1_000;

/** The speed of a download, measured over the last full second. */
export class DownloadSpeed {
  private from: { readonly bytes: number; readonly atMs: number } | null = null;
  private measured: number | null = null;

  /** @param nowMs a monotonic clock */
  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** Null in the first second. */
  get bytesPerSecond(): number | null {
    return this.measured;
  }

  /** Bytes of earlier runs do not count. */
  restart(): void {
    this.from = null;
    this.measured = null;
  }

  note(bytes: number): void {
    const atMs = this.nowMs();
    if (this.from === null) this.from = { bytes, atMs };
    const { from } = this;
    if (atMs - from.atMs < WINDOW_MS) return;
    // A file that starts again, because it was changed on the hub, makes the number smaller.
    this.measured = Math.max(0, ((bytes - from.bytes) * 1_000) / (atMs - from.atMs));
    this.from = { bytes, atMs };
  }
}
