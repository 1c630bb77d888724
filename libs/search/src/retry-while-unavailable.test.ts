import { DiskFullError, UnavailableError, WentuError } from '@wentu/domain';
import { retryWhileUnavailable, type RetryOptions } from './retry-while-unavailable';

/** A port that throws these errors, one per call, before it answers. */
function port(isRemote: boolean, ...errors: Error[]) {
  return {
    isRemote,
    async ask(): Promise<string> {
      const error = errors.shift();
      if (error) throw error;
      return 'answer';
    },
  };
}

/** The port with retries, by its own `isRemote`. */
const asked = (one: ReturnType<typeof port>, waits: RetryOptions) => retryWhileUnavailable(one, one.isRemote, waits);

function retryOptions(): RetryOptions & { readonly log: string[] } {
  const log: string[] = [];
  return {
    log,
    signal: new AbortController().signal,
    onWait: (error) => log.push(`waits: ${error.message}`),
    onEnd: (error) => log.push(`ends: ${error.message}`),
  };
}

test('a call of a SQLite store waits while the disk is full', async () => {
  const waits = retryOptions();
  const full = port(false, new DiskFullError('full'), new DiskFullError('still full'));
  expect(await asked(full, waits).ask()).toBe('answer');
  expect(waits.log).toEqual(['waits: full', 'ends: full']);
});

test('a call also waits when the error for a full disk came from another thread', async () => {
  const error = Object.assign(new WentuError('UNAVAILABLE', 'full'), { name: 'DiskFullError' });
  expect(await asked(port(false, error), retryOptions()).ask()).toBe('answer');
});

test('a call of a SQLite store does not wait after any other error', async () => {
  const waits = retryOptions();
  await expect(asked(port(false, new UnavailableError('damaged')), waits).ask()).rejects.toThrow('damaged');
  expect(waits.log).toEqual([]);
  const damaged = port(false, new DiskFullError('full'), new UnavailableError('damaged'));
  await expect(asked(damaged, waits).ask()).rejects.toThrow('damaged');
  expect(waits.log).toEqual(['waits: full', 'ends: full']);
});

test('a call of a server waits after every UNAVAILABLE error', async () => {
  const away = port(true, new UnavailableError('away'), new DiskFullError('full'));
  expect(await asked(away, retryOptions()).ask()).toBe('answer');
});

test('an aborted signal ends the waiting, and `onEnd` is called', async () => {
  const stop = new AbortController();
  const waits = { ...retryOptions(), signal: stop.signal };
  const full = {
    isRemote: false,
    async ask(): Promise<string> {
      throw new DiskFullError('full');
    },
  };
  const onWait = (error: WentuError): void => {
    waits.onWait(error);
    stop.abort(new Error('stopped'));
  };
  await expect(asked(full, { ...waits, onWait }).ask()).rejects.toThrow('stopped');
  expect(waits.log).toEqual(['waits: full', 'ends: full']);
});
