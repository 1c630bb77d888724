import { parentPort } from 'node:worker_threads';

/** An error of a worker thread that nobody awaits, on its way to the log of the main one. */
export interface ThreadLogMessage {
  readonly type: 'log';
  readonly level: 'warn' | 'error';
  readonly message: string;
  readonly stack: string | undefined;
}

export function logFromThread(error: unknown, level: ThreadLogMessage['level'] = 'error'): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  parentPort?.postMessage({ type: 'log', level, message, stack } satisfies ThreadLogMessage);
}
