import { UnavailableError } from './errors';
import type { Sentence } from './sentence';

/**
 * Returns the result of the work, or the result of `onLate` after the deadline. A late result or error of the work is
 * ignored.
 */
export async function orLate<T, L>(work: Promise<T>, deadlineMs: number, onLate: () => L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((done) => {
    timer = setTimeout(done, deadlineMs);
  }).then(onLate);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}

/** @throws UnavailableError with these messages when the work is not done in time; a late result or error is ignored */
export async function withTimeout<T>(
  work: Promise<T>,
  deadlineMs: number,
  message: string,
  publicMessage: string | Sentence = message,
): Promise<T> {
  return await orLate(work, deadlineMs, (): never => {
    throw new UnavailableError(message, { publicMessage });
  });
}
