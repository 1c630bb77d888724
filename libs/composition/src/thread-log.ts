import { parentPort } from 'node:worker_threads';

/** An uncaught or ignored error of a worker thread, sent to the log of the main thread. */
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
