import { stat } from 'node:fs/promises';
import { orLate } from '@wentu/domain';

const ANSWER_MS = 1_500;
/** A share that has gone keeps a thread for each question until it is back: few are asked at once. */
const MAX_ASKED = 2;

/** Looks whether files are there, and waits for none longer than a moment. */
export class OriginalCheck {
  private asked = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param lookUp for tests: what a dead share does cannot be made everywhere */
  constructor(
    private readonly lookUp: (path: string) => Promise<{ isFile(): boolean; readonly size: number }> = stat,
    private readonly answerMs = ANSWER_MS,
  ) {}

  /** Whether a file is there and has this size; null when nothing answers in time. */
  async hasSize(path: string, sizeBytes: number): Promise<boolean | null> {
    let late = false;
    const answer = this.inTurn(async () => {
      if (late) return null;
      return await this.lookUp(path).then(
        (file) => file.isFile() && file.size === sizeBytes,
        () => false,
      );
    });
    return await orLate(answer, this.answerMs, () => {
      late = true;
      return null;
    });
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.asked >= MAX_ASKED) await new Promise<void>((go) => this.waiting.push(go));
    else this.asked++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.asked--;
    }
  }
}
