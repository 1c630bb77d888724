import { parentPort } from 'node:worker_threads';

/** A load of the load worker has ended, and its end is written. */
export interface LoadEndMessage {
  readonly type: 'load-end';
  readonly id: number;
}

/** Lets the main thread read the load now, so that a client of a short load need not wait for the next poll. */
export function noteLoadEnd(id: number): void {
  parentPort?.postMessage({ type: 'load-end', id } satisfies LoadEndMessage);
}
