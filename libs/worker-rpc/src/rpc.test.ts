import { MessageChannel } from 'node:worker_threads';
import { InvalidInputError, ItemError, WentuError } from '@wentu/domain';
import { inTrace, spanned, Trace } from '@wentu/telemetry';
import { handOver, RpcClient, serveCalls, type Remote } from './rpc';

interface Echo {
  echo(value: unknown): Promise<unknown>;
  optional(value: string, signal?: AbortSignal): Promise<string>;
  wait(signal: AbortSignal): Promise<never>;
  fail(kind: 'wentu' | 'item' | 'bug'): Promise<never>;
}

const echo: Echo = {
  echo: async (value) => value,
  optional: async (value, signal) => `${value} ${signal ? 'with' : 'without'} signal`,
  wait: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  fail: async (kind) => {
    if (kind === 'wentu')
      throw new InvalidInputError('topK is 0', { cause: new RangeError('zero'), publicMessage: 'for clients' });
    if (kind === 'item') throw new ItemError('DECODE_FAILED', 'no picture');
    throw Object.assign(new TypeError('boom'), { code: 'ESOMETHING' });
  },
};

interface EchoServices {
  echo: Echo;
  /** The service is opened by its first call. */
  late: { value(): Promise<number> };
}

let channel: MessageChannel;
let client: RpcClient<EchoServices>;
let open: () => Promise<EchoServices['late']>;
beforeEach(() => {
  channel = new MessageChannel();
  open = async () => ({ value: async () => 7 });
  serveCalls<EchoServices>(channel.port1, { echo, late: () => open() });
  client = new RpcClient<EchoServices>(channel.port2, 'test worker');
});
afterEach(() => channel.port1.close());

test('arguments and results cross as copies, typed arrays included', async () => {
  const sent = { vectors: [Float32Array.of(1, 2)], ids: [7] };
  const got = await client.service('echo').echo(sent);
  expect(got).toEqual(sent);
  expect(got).not.toBe(sent);
});

test('a result that is handed over is moved, not copied', async () => {
  const sent = { pixels: Uint8Array.of(1, 2, 3), width: 3 };
  const { port1, port2 } = new MessageChannel();
  interface Services {
    giver: { give(): Promise<typeof sent> };
  }
  serveCalls<Services>(port1, { giver: { give: async () => handOver(sent, [sent.pixels.buffer]) } });
  const giver = new RpcClient<Services>(port2, 'giver').service('giver');
  expect(await giver.give()).toEqual({ pixels: Uint8Array.of(1, 2, 3), width: 3 });
  expect(sent.pixels.length).toBe(0);
  port1.close();
});

test('buffers of an argument are moved, too', async () => {
  const given = { pixels: Uint8Array.of(1, 2, 3), width: 3 };
  const remote = client.service('echo');
  expect(await remote.echo(handOver(given, [given.pixels.buffer]))).toEqual({
    pixels: Uint8Array.of(1, 2, 3),
    width: 3,
  });
  expect(given.pixels.length).toBe(0);
});

test('an optional signal may be present, absent or undefined', async () => {
  const remote = client.service('echo');
  expect(await remote.optional('a')).toBe('a without signal');
  expect(await remote.optional('b', undefined)).toBe('b without signal');
  expect(await remote.optional('c', new AbortController().signal)).toBe('c with signal');
});

test('an abort reaches the other thread with its reason', async () => {
  const controller = new AbortController();
  const waiting = client.service('echo').wait(controller.signal);
  controller.abort(new InvalidInputError('changed my mind'));
  await expect(waiting).rejects.toMatchObject({ code: 'INVALID_INPUT', message: 'changed my mind' });
  await expect(client.service('echo').wait(controller.signal)).rejects.toThrow('changed my mind');
});

test('errors keep class, code, name and cause', async () => {
  const remote = client.service('echo');
  const wentu = await remote.fail('wentu').catch((error: unknown) => error);
  expect(wentu).toBeInstanceOf(WentuError);
  expect(wentu).toMatchObject({ code: 'INVALID_INPUT', name: 'InvalidInputError', cause: { name: 'RangeError' } });
  expect(wentu).toMatchObject({ message: 'topK is 0', publicMessage: 'for clients' });
  expect(await remote.fail('item').catch((error: unknown) => error)).toBeInstanceOf(ItemError);
  const bug = await remote.fail('bug').catch((error: unknown) => error);
  expect(bug).not.toBeInstanceOf(WentuError);
  expect(bug).toMatchObject({ name: 'TypeError', code: 'ESOMETHING', message: 'boom' });
});

test('steps of the other thread become parts of the step that calls, also when the call fails', async () => {
  const { port1, port2 } = new MessageChannel();
  interface Services {
    steps: { take(fails: boolean): Promise<void> };
  }
  const take = async (fails: boolean): Promise<void> => {
    await spanned('encoding.run', async () => undefined);
    if (fails) throw new InvalidInputError('no');
  };
  serveCalls<Services>(port1, { steps: { take } });
  const steps = new RpcClient<Services>(port2, 'stepper').service('steps');
  const trace = new Trace('r');
  await inTrace(trace, () => spanned('encoding.texts', () => steps.take(false)));
  await expect(inTrace(trace, () => steps.take(true))).rejects.toThrow('no');
  await steps.take(false);
  const [run, call, failed] = trace.spans;
  expect([run?.name, call?.name, failed?.name]).toEqual(['encoding.run', 'encoding.texts', 'encoding.run']);
  expect(run?.parent).toBe(call?.id);
  expect(failed?.parent).toBe(0);
  expect(trace.spans).toHaveLength(3);
  port1.close();
});

test('a value that cannot be cloned rejects that call alone', async () => {
  const remote = client.service('echo');
  await expect(remote.echo(() => 1)).rejects.toThrow(/could not be cloned/);
  expect(await remote.echo(1)).toBe(1);
});

test('a call of an unknown method rejects with the name of the method', async () => {
  const other = new RpcClient<{ echo: { nope(): Promise<void> } }>(channel.port2, 'test worker');
  await expect(other.service('echo').nope()).rejects.toThrow('no method echo.nope');
});

test('a call of a service that is being opened waits for it, and rejects with the error of a failed open', async () => {
  let opened = (_late: EchoServices['late']): void => undefined;
  open = () => new Promise((resolve) => (opened = resolve));
  const waiting = client.service('late').value();
  await client.service('echo').echo('the call above has arrived');
  opened({ value: async () => 8 });
  expect(await waiting).toBe(8);
  open = () => Promise.reject(new InvalidInputError('there is no such model'));
  await expect(client.service('late').value()).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('a service under another name, or without a method, does not compile', () => {
  // The compiler is the test: it rejects an @ts-expect-error above a correct line.
  const wrong = [
    // @ts-expect-error: the services have no such name
    () => client.service('ecko'),
    // @ts-expect-error: the service has no such method
    (): keyof Remote<EchoServices['late']> => 'worth',
    // @ts-expect-error: a service is not served
    () => serveCalls<EchoServices>(channel.port1, { echo }),
    // @ts-expect-error: a service is served under another name
    () => serveCalls<EchoServices>(channel.port1, { echo, later: open }),
    // @ts-expect-error: what serves lacks a method
    () => serveCalls<EchoServices>(channel.port1, { echo, late: {} }),
    // @ts-expect-error: without the names nothing could be checked
    () => serveCalls(channel.port1, { echo, late: open }),
  ];
  expect(wrong).toHaveLength(6);
});

test('pending calls reject as UNAVAILABLE when the thread ends, and so do later calls', async () => {
  const remote = client.service('echo');
  const waiting = remote.wait(new AbortController().signal);
  channel.port1.close();
  await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(remote.echo(1)).rejects.toThrow('the test worker has ended');
});
