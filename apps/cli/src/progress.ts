import type { JobView } from './backend';

/** What of a load is shown. */
export type ProgressView = Pick<JobView, 'status' | 'processed' | 'total' | 'imagesPerSecond' | 'failed'>;

const WIDTH = 24;
const PLAIN_EVERY_MS = 5_000;

/** Shows how far a load, or something else that takes long, is on stderr: a bar that redraws itself on a terminal, a line every few seconds elsewhere. */
export class Progress {
  private lastPlainMs = performance.now();

  constructor(private readonly stream: NodeJS.WriteStream) {}

  show(job: ProgressView): void {
    this.showText(() => describe(job));
  }

  showText(text: () => string): void {
    if (this.stream.isTTY) {
      this.stream.write(`\r\u001b[2K${text()}`);
    } else if (performance.now() - this.lastPlainMs >= PLAIN_EVERY_MS) {
      this.lastPlainMs = performance.now();
      this.stream.write(`${text()}\n`);
    }
  }

  end(): void {
    if (this.stream.isTTY) this.stream.write('\r\u001b[2K');
  }
}

export function describe(job: ProgressView): string {
  if (job.status === 'QUEUED') return 'waiting for another load of this collection…';
  const { processed, total, imagesPerSecond, failed } = job;
  const parts = [
    bar(total ? processed / total : 0),
    `${processed.toLocaleString('en')}/${total === null ? '?' : total.toLocaleString('en')}`,
    ...(imagesPerSecond === null ? [] : [`${imagesPerSecond.toFixed(1)} images/s`]),
    ...(total && imagesPerSecond ? [timeLeft((total - processed) / imagesPerSecond)] : []),
    ...(failed > 0 ? [`${failed.toLocaleString('en')} failed`] : []),
  ];
  return parts.join('  ');
}

/** @param done share of the whole, 0 to 1 */
export function bar(done: number): string {
  const filled = Math.min(WIDTH, Math.floor(WIDTH * done));
  return `[${'█'.repeat(filled)}${'·'.repeat(WIDTH - filled)}]`;
}

export function timeLeft(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  return minutes >= 60
    ? `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m left`
    : `${minutes}m${String(rest).padStart(2, '0')}s left`;
}
