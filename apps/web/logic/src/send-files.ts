import type { Failure } from '@wentu/language/failures';

import type { NamedFile } from './files';

/** The number of files that are sent at once; more would only wait. */
const AT_ONCE = 4;

export interface SendProgress {
  readonly sent: number;
  readonly total: number;
  /** The share of the bytes that are sent, 0 to 1. */
  readonly share: number;
}

export interface Refused extends Failure {
  readonly item: string;
}

/**
 * Sends files, a few at a time, and returns the refused ones at the end. After an error that affects all files it
 * stops, waits for the running requests and rejects.
 * @param put resolves with the reason of a refused file, or null when it was accepted; rejects when no more files can
 * be sent
 */
export async function sendFiles(
  files: readonly NamedFile[],
  put: (file: NamedFile) => Promise<Refused | null>,
  onProgress: (progress: SendProgress) => void,
): Promise<Refused[]> {
  const refused: Refused[] = [];
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  let [next, sent, sentBytes, stopped] = [0, 0, 0, false];
  const work = async (): Promise<void> => {
    for (let file = files[next++]; file && !stopped; file = files[next++]) {
      const reason = await put(file);
      if (stopped) return;
      if (reason) refused.push(reason);
      sent++;
      sentBytes += file.file.size;
      onProgress({ sent, total: files.length, share: bytes === 0 ? 1 : sentBytes / bytes });
    }
  };
  const workers = Array.from({ length: AT_ONCE }, () =>
    work().catch((error: unknown) => {
      stopped = true;
      throw error;
    }),
  );
  await Promise.allSettled(workers);
  await Promise.all(workers);
  return refused;
}
