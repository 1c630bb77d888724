import type { JobView } from './backend';
import type { Words } from './words/english';

/** The parts of a load that are shown. */
export type ProgressView = Pick<JobView, 'status' | 'processed' | 'total' | 'imagesPerSecond' | 'failed'>;

export type ProgressWords = Words['progress'];

const WIDTH = 24;
const PLAIN_EVERY_MS = 5_000;

/**
 * Shows the progress of a load or another long task on stderr: on a terminal a bar that is redrawn, elsewhere a line
 * every few seconds.
 */
export class Progress {
  private lastPlainMs = performance.now();

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly words: ProgressWords,
  ) {}

  show(job: ProgressView): void {
    this.showText(() => describe(job, this.words));
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

export function describe(job: ProgressView, words: ProgressWords): string {
  if (job.status === 'QUEUED') return words.queued;
  const { processed, total, imagesPerSecond, failed } = job;
  const parts = [
    bar(total ? processed / total : 0),
    `${processed.toLocaleString('en')}/${total === null ? '?' : total.toLocaleString('en')}`,
    ...(imagesPerSecond === null ? [] : [words.perSecond(imagesPerSecond)]),
    ...(total && imagesPerSecond ? [timeLeft((total - processed) / imagesPerSecond, words)] : []),
    ...(failed > 0 ? [words.failed(failed)] : []),
  ];
  return parts.join('  ');
}

/** @param done the finished share, 0 to 1 */
export function bar(done: number): string {
  const filled = Math.min(WIDTH, Math.floor(WIDTH * done));
  return `[${'█'.repeat(filled)}${'·'.repeat(WIDTH - filled)}]`;
}

export function timeLeft(seconds: number, words: ProgressWords): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  return minutes >= 60 ? words.hoursLeft(Math.floor(minutes / 60), minutes % 60) : words.minutesLeft(minutes, rest);
}
