import type { DownloadProgress as Download } from '@wentu/models/store';
import { bar, timeLeft, type ProgressWords } from './progress';

const REDRAW_EVERY_MS = 100;
const PLAIN_EVERY_MS = 5_000;

/** Shows a download on stderr: on a terminal a bar that is redrawn, elsewhere a line every few seconds. */
export class DownloadProgress {
  private lastMs = performance.now();
  private startMs = performance.now();
  private file = '';
  private startBytes = 0;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly words: ProgressWords,
  ) {}

  show(download: Download): void {
    const nowMs = performance.now();
    // Bytes of an earlier run do not count for the speed. When there are fewer bytes than before, the download has
    // started again.
    if (download.file !== this.file || download.receivedBytes < this.startBytes) {
      this.file = download.file;
      this.startMs = nowMs;
      this.startBytes = download.receivedBytes;
    }
    if (nowMs - this.lastMs < (this.stream.isTTY ? REDRAW_EVERY_MS : PLAIN_EVERY_MS)) return;
    this.lastMs = nowMs;
    const seconds = (nowMs - this.startMs) / 1_000;
    const bytesPerSecond = seconds > 0.5 ? (download.receivedBytes - this.startBytes) / seconds : null;
    const line = describeDownload(download, bytesPerSecond, this.words);
    this.stream.write(this.stream.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
  }

  end(): void {
    if (this.stream.isTTY) this.stream.write('\r\u001b[2K');
  }
}

/** The amount of all files when their sizes are known, else that of the current file. */
export function describeDownload(download: Download, bytesPerSecond: number | null, words: ProgressWords): string {
  const { file, number, count, totalBytes } = download;
  const [received, size] =
    totalBytes === null ? [download.receivedBytes, download.sizeBytes] : [download.receivedInAllBytes, totalBytes];
  return [
    bar(size ? received / size : 0),
    `${file} (${number}/${count})`,
    `${megabytes(received)}/${size === null ? '?' : megabytes(size)} MB`,
    ...(bytesPerSecond === null ? [] : [`${megabytes(bytesPerSecond)} MB/s`]),
    ...(bytesPerSecond && size !== null ? [timeLeft((size - received) / bytesPerSecond, words)] : []),
  ].join('  ');
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
