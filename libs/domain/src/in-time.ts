import { UnavailableError } from './errors';

/** @throws UnavailableError with these messages when the work is not done in time; a late result or error is ignored */
export async function inTime<T>(
  work: Promise<T>,
  deadlineMs: number,
  message: string,
  publicMessage = message,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new UnavailableError(message, { publicMessage }));
    }, deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
