import { setTimeout as sleep } from 'node:timers/promises';
import { sentence, UnavailableError } from '@wentu/domain';
import { isOutOfHandles } from '@wentu/file-access';

const FIRST_WAIT_MS = 50;
const MAX_TRIES = 8;

/**
 * Too many open files are not a fault of the file or folder that is opened. Opening is tried again for some seconds.
 * @throws UnavailableError when there are no handles then: the load fails, not the file
 */
export async function whenHandlesAreFree<T>(open: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await open();
    } catch (error) {
      if (!isOutOfHandles(error)) throw error;
      if (tries === MAX_TRIES) throw outOfHandles(error);
      await sleep(FIRST_WAIT_MS * 2 ** (tries - 1));
    }
  }
}

/** The error of the load. */
export function outOfHandles(error: unknown): UnavailableError {
  const { code } = error as NodeJS.ErrnoException;
  return new UnavailableError(sentence('TOO_MANY_OPEN_FILES', { code: String(code) }), { cause: error });
}
