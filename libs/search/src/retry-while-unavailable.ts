import { setTimeout as sleep } from 'node:timers/promises';
import { isDiskFull, WentuError, type MetadataStore } from '@wentu/domain';

const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 5_000;

/** For calls that wait while a server is unavailable or a disk is full. */
export interface RetryOptions {
  /** Ends the waiting: the call rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Called once by each call that begins to wait. */
  readonly onWait: (error: WentuError) => void;
  /** Called when that call no longer waits, with the same error. */
  readonly onEnd?: (error: WentuError) => void;
}

/**
 * The same port with calls that are retried. A failed call waits until the server is available, or the disk has free
 * space, and is then repeated. Every method of a port is idempotent, so a call whose reply was lost may be repeated
 * too.
 * @param isRemote false: calls wait only for a full disk, because other errors of a file do not end without help
 */
export function retryWhileUnavailable<T extends object>(port: T, isRemote: boolean, options: RetryOptions): T {
  const passes = isRemote ? isUnavailable : isDiskFull;
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]): Promise<unknown> =>
        await untilBack(async () => (await Reflect.apply(value, target, args)) as unknown, options, passes);
    },
  });
}

/** The same store; the calls of all its ports are retried. */
export function retryStoreWhileUnavailable(store: MetadataStore, options: RetryOptions): MetadataStore {
  const of = <T extends object>(port: T): T => retryWhileUnavailable(port, store.isRemote, options);
  const { collections, images, attributes, originals, keptOut, loads, ids } = store;
  return {
    ...of(store),
    collections: of(collections),
    images: of(images),
    attributes: of(attributes),
    originals: of(originals),
    keptOut: of(keptOut),
    loads: of(loads),
    ids: of(ids),
  };
}

export function isUnavailable(error: unknown): boolean {
  return error instanceof WentuError && error.code === 'UNAVAILABLE';
}

/** @param passes whether an error may end without a change of the call; other errors are thrown at once */
export async function untilBack<T>(
  call: () => Promise<T>,
  { signal, onWait, onEnd }: RetryOptions,
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
      // The caller expects the signal's own reason, not the AbortError of the timer.
      await sleep(Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** tries), undefined, { signal }).catch(() => undefined);
    }
  } finally {
    if (first !== undefined) onEnd?.(first);
  }
}
