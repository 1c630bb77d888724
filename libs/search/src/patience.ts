import { setTimeout as sleep } from 'node:timers/promises';
import { WentuError } from '@wentu/domain';

const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 5_000;

/** What is done while a server is away. */
export interface Patience {
  /** Ends the waiting; the call that waits rejects with its reason. */
  readonly signal: AbortSignal;
  /** Once for each outage that a call meets. */
  readonly onWait: (error: WentuError) => void;
}

/**
 * The same port, whose calls wait for a server that is away and are then done again. All of them may be: a call whose answer was lost has
 * no other effect when it is repeated. Ports that are not remote fail at once: what is wrong with a file does not pass.
 */
export function patient<T extends { readonly isRemote: boolean }>(port: T, patience: Patience): T {
  if (!port.isRemote) return port;
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]): Promise<unknown> =>
        await untilBack(async () => (await Reflect.apply(value, target, args)) as unknown, patience);
    },
  });
}

export async function untilBack<T>(call: () => Promise<T>, { signal, onWait }: Patience): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof WentuError) || error.code !== 'UNAVAILABLE') throw error;
      signal.throwIfAborted();
      if (tries === 0) onWait(error);
    }
    // The reason of the signal is what its owner knows, not the timer's AbortError.
    await sleep(Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** tries), undefined, { signal }).catch(() => undefined);
  }
}
