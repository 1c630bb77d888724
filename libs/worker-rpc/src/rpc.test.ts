import { MessageChannel } from 'node:worker_threads';
import { InvalidInputError, ItemError, WentuError } from '@wentu/domain';
import { handOver, RpcClient, serveCalls } from './rpc';

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

let channel: MessageChannel;
let client: RpcClient;
beforeEach(() => {
  channel = new MessageChannel();
  serveCalls(channel.port1, { echo });
  client = new RpcClient(channel.port2, 'test worker');
});
afterEach(() => channel.port1.close());

test('arguments and results cross as copies, typed arrays included', async () => {
  const sent = { vectors: [Float32Array.of(1, 2)], ids: [7] };
  const got = await client.service<Echo>('echo').echo(sent);
  expect(got).toEqual(sent);
  expect(got).not.toBe(sent);
});

test('a result that is handed over moves in place of being copied', async () => {
  const sent = { pixels: Uint8Array.of(1, 2, 3), width: 3 };
  const { port1, port2 } = new MessageChannel();
  serveCalls(port1, { giver: { give: async () => handOver(sent, [sent.pixels.buffer]) } });
  const giver = new RpcClient(port2, 'giver').service<{ give(): Promise<typeof sent> }>('giver');
  expect(await giver.give()).toEqual({ pixels: Uint8Array.of(1, 2, 3), width: 3 });
  expect(sent.pixels.length).toBe(0);
  port1.close();
});

test('an optional signal may be given, or not, or as undefined', async () => {
  const remote = client.service<Echo>('echo');
  expect(await remote.optional('a')).toBe('a without signal');
  expect(await remote.optional('b', undefined)).toBe('b without signal');
  expect(await remote.optional('c', new AbortController().signal)).toBe('c with signal');
});

test('an abort reaches the other thread with its reason', async () => {
  const controller = new AbortController();
  const waiting = client.service<Echo>('echo').wait(controller.signal);
  controller.abort(new InvalidInputError('changed my mind'));
  await expect(waiting).rejects.toMatchObject({ code: 'INVALID_INPUT', message: 'changed my mind' });
  await expect(client.service<Echo>('echo').wait(controller.signal)).rejects.toThrow('changed my mind');
});

test('errors keep class, code, name and cause', async () => {
  const remote = client.service<Echo>('echo');
  const wentu = await remote.fail('wentu').catch((error: unknown) => error);
  expect(wentu).toBeInstanceOf(WentuError);
  expect(wentu).toMatchObject({ code: 'INVALID_INPUT', name: 'InvalidInputError', cause: { name: 'RangeError' } });
  expect(wentu).toMatchObject({ message: 'topK is 0', publicMessage: 'for clients' });
  expect(await remote.fail('item').catch((error: unknown) => error)).toBeInstanceOf(ItemError);
  const bug = await remote.fail('bug').catch((error: unknown) => error);
  expect(bug).not.toBeInstanceOf(WentuError);
  expect(bug).toMatchObject({ name: 'TypeError', code: 'ESOMETHING', message: 'boom' });
});

test('a value that cannot be cloned rejects that call alone', async () => {
  const remote = client.service<Echo>('echo');
  await expect(remote.echo(() => 1)).rejects.toThrow(/could not be cloned/);
  expect(await remote.echo(1)).toBe(1);
});

test('an unknown method says so', async () => {
  await expect(client.service<{ nope(): Promise<void> }>('echo').nope()).rejects.toThrow('no method echo.nope');
});

test('calls open when the thread ends reject as UNAVAILABLE, and so do later ones', async () => {
  const remote = client.service<Echo>('echo');
  const waiting = remote.wait(new AbortController().signal);
  channel.port1.close();
  await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(remote.echo(1)).rejects.toThrow('the test worker has ended');
});
