import { setTimeout as sleep } from 'node:timers/promises';
import { isDiskFull, WentuError, type MetadataStore } from '@wentu/domain';

const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 5_000;

/** What is done while a server is away, or a disk is full. */
export interface Patience {
  /** Ends the waiting; the call that waits rejects with its reason. */
  readonly signal: AbortSignal;
  /** Once for each outage that a call meets. */
  readonly onWait: (error: WentuError) => void;
  /** When that call waits no longer, with the same error. */
  readonly onEnd?: (error: WentuError) => void;
}

/**
 * The same port, whose calls wait for a server that is away, or for room on a full disk, and are then done again. All
 * of them may be: a call whose answer was lost has no other effect when it is repeated.
 * @param isRemote false: other errors are thrown at once, since what is wrong with a file does not pass
 */
export function patient<T extends object>(port: T, isRemote: boolean, patience: Patience): T {
  const passes = isRemote ? isUnavailable : isDiskFull;
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]): Promise<unknown> =>
        await untilBack(async () => (await Reflect.apply(value, target, args)) as unknown, patience, passes);
    },
  });
}

/** The same store, each of whose ports is patient. */
export function patientStore(store: MetadataStore, patience: Patience): MetadataStore {
  const of = <T extends object>(port: T): T => patient(port, store.isRemote, patience);
  const { collections, images, originals, loads, ids } = store;
  return {
    ...of(store),
    collections: of(collections),
    images: of(images),
    originals: of(originals),
    loads: of(loads),
    ids: of(ids),
  };
}

export function isUnavailable(error: unknown): boolean {
  return error instanceof WentuError && error.code === 'UNAVAILABLE';
}

/** @param passes whether an error is one that passes by itself; others are thrown */
export async function untilBack<T>(
  call: () => Promise<T>,
  { signal, onWait, onEnd }: Patience,
  passes = isUnavailable,
): Promise<T> {
  let first: WentuError | undefined;
  try {
    for (let tries = 0; ; tries++) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof WentuError) || !passes(error)) throw error;
        signal.throwIfAborted();
        if (first === undefined) onWait((first = error));
      }
      // The reason of the signal is what its owner knows, not the timer's AbortError.
      await sleep(Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** tries), undefined, { signal }).catch(() => undefined);
    }
  } finally {
    if (first !== undefined) onEnd?.(first);
  }
}
