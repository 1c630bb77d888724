import { stat } from 'node:fs/promises';
import { orLate } from '@wentu/domain';

const ANSWER_MS = 1_500;
/** Each check of an unreachable share blocks a thread until the share is back, so few checks run at once. */
const MAX_ASKED = 2;

/** Checks whether files exist, with a short time limit. */
export class OriginalCheck {
  private asked = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param lookUp replaced in tests, because an unreachable share cannot be set up everywhere */
  constructor(
    private readonly lookUp: (path: string) => Promise<{ isFile(): boolean; readonly size: number }> = stat,
    private readonly answerMs = ANSWER_MS,
  ) {}

  /** Whether a file exists and has this size; null when the file system does not answer in time. */
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
