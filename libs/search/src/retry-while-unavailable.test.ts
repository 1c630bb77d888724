import { DiskFullError, UnavailableError, WentuError } from '@wentu/domain';
import { retryWhileUnavailable, type RetryOptions } from './retry-while-unavailable';

/** A port that throws these, one a call, before it answers. */
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

/** Retried as its own `isRemote` says. */
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

test('a file’s store is waited for while its disk is full', async () => {
  const waits = retryOptions();
  const full = port(false, new DiskFullError('full'), new DiskFullError('still full'));
  expect(await asked(full, waits).ask()).toBe('answer');
  expect(waits.log).toEqual(['waits: full', 'ends: full']);
});

test('also when the error came from another thread', async () => {
  const error = Object.assign(new WentuError('UNAVAILABLE', 'full'), { name: 'DiskFullError' });
  expect(await asked(port(false, error), retryOptions()).ask()).toBe('answer');
});

test('of a file, nothing else passes by itself', async () => {
  const waits = retryOptions();
  await expect(asked(port(false, new UnavailableError('damaged')), waits).ask()).rejects.toThrow('damaged');
  expect(waits.log).toEqual([]);
  const damaged = port(false, new DiskFullError('full'), new UnavailableError('damaged'));
  await expect(asked(damaged, waits).ask()).rejects.toThrow('damaged');
  expect(waits.log).toEqual(['waits: full', 'ends: full']);
});

test('a server is waited for, whatever keeps it away', async () => {
  const away = port(true, new UnavailableError('away'), new DiskFullError('full'));
  expect(await asked(away, retryOptions()).ask()).toBe('answer');
});

test('the waiting ends with its signal, and says so', async () => {
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
