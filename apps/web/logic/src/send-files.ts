import type { NamedFile } from './files';

/** What is sent at once: more would only wait in line. */
const AT_ONCE = 4;

export interface SendProgress {
  readonly sent: number;
  readonly total: number;
  /** Of the bytes, 0 to 1. */
  readonly share: number;
}

export interface Refused {
  readonly item: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Sends files one by one, a few at a time; those that are refused are told at the end. When nothing can be sent any more it stops, and rejects once
 * nothing is under way.
 * @param put resolves with why a file was refused, null when it was taken; rejects when nothing can be sent any more
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
