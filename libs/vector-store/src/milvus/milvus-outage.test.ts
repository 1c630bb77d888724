import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VectorPoint } from '@wentu/domain';
import { atAngle } from '../contract/points';
import { LoopbackProxy } from '../testing/loopback-proxy';
import { MilvusVectorStore } from './milvus-vector-store';
import { onEachServer, startServer } from '../testing/test-servers';

const DIMENSION = 8;
const point = (id: number): VectorPoint => ({ id, vector: atAngle(id / 10, DIMENSION), attributes: {} });
const unavailable = { code: 'UNAVAILABLE' };

describe('without a server', () => {
  test('every call is UNAVAILABLE with the address, after its retries', async () => {
    const store = await MilvusVectorStore.open({ address: '127.0.0.1:1', maxRetries: 1 });
    const refused = { ...unavailable, message: expect.stringContaining('127.0.0.1:1 ') as string };
    await expect(store.ensure('x', DIMENSION)).rejects.toMatchObject(refused);
    await expect(store.upsert('x', [point(1)])).rejects.toMatchObject(refused);
    await expect(store.search('x', { queries: [atAngle(0, DIMENSION)], limit: 1 })).rejects.toMatchObject(refused);
    await expect(store.delete('x', [1])).rejects.toMatchObject(refused);
    await expect(store.listIds('x', 0, 1)).rejects.toMatchObject(refused);
    await expect(store.count('x')).rejects.toMatchObject(refused);
    await expect(store.drop('x')).rejects.toMatchObject(refused);
    await store.close();
  });

  test('a server that accepts connections and never answers is UNAVAILABLE at the deadline', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await new Promise((done) => silent.once('listening', done));
    const { port } = silent.address() as AddressInfo;
    const store = await MilvusVectorStore.open({ address: `127.0.0.1:${port}`, timeoutMs: 300 });
    await expect(store.count('x')).rejects.toMatchObject(unavailable);
    await store.close();
    // grpc-js keeps a connection whose handshake has not been answered.
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  test('an abort ends the pause between retries with its reason', async () => {
    const store = await MilvusVectorStore.open({ address: '127.0.0.1:1', maxRetries: 100, timeoutMs: 86_400_000 });
    const reason = new Error('enough');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 200);
    await expect(store.count('x', controller.signal)).rejects.toBe(reason);
    await store.close();
  });

  test('close ends waiting calls as UNAVAILABLE', async () => {
    const store = await MilvusVectorStore.open({ address: '127.0.0.1:1', maxRetries: 100, timeoutMs: 86_400_000 });
    const counting = expect(store.count('x')).rejects.toMatchObject({ ...unavailable, message: /closed/ });
    await new Promise((done) => setTimeout(done, 200));
    await store.close();
    await counting;
  });

  test('a CA file that cannot be read is INVALID_INPUT at once', async () => {
    const opening = MilvusVectorStore.open({ address: 'localhost:1', tls: true, caFile: '/nowhere/ca.pem' });
    await expect(opening).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

onEachServer(({ engine, address }) => {
  test('a broken connection is UNAVAILABLE, and calls work again when the server can be reached', async () => {
    const proxy = await LoopbackProxy.open(address);
    const store = await MilvusVectorStore.open({ address: proxy.address });
    const index = `outage_test_cut_${Date.now()}`;
    await store.ensure(index, DIMENSION);
    await store.upsert(index, [point(1)]);
    for (let round = 2; round < 5; round++) {
      await proxy.cut();
      await expect(store.upsert(index, [point(round)])).rejects.toMatchObject(unavailable);
      await proxy.listen();
      await store.upsert(index, [point(round)]);
      expect((await store.search(index, { queries: [point(round).vector], limit: 1 }))[0]?.[0]?.id).toBe(round);
    }
    await store.drop(index);
    await store.close();
    await proxy.cut();
  });

  test('a write waits for the end of a short outage', async () => {
    const proxy = await LoopbackProxy.open(address);
    const store = await MilvusVectorStore.open({ address: proxy.address, maxRetries: 20 });
    const index = `outage_test_short_${Date.now()}`;
    await store.ensure(index, DIMENSION);
    await proxy.cut();
    const writing = store.upsert(index, [point(1)]);
    await new Promise((done) => setTimeout(done, 1_000));
    await proxy.listen();
    await writing;
    expect(await store.listIds(index, 0, 5)).toEqual([1]);
    await store.drop(index);
    await store.close();
    await proxy.cut();
  });

  test('a connection without answers is replaced after one deadline', async () => {
    const proxy = await LoopbackProxy.open(address);
    const store = await MilvusVectorStore.open({ address: proxy.address, timeoutMs: 3_000 });
    const index = `outage_test_silent_${Date.now()}`;
    await store.ensure(index, DIMENSION);
    proxy.silence();
    await expect(store.count(index)).rejects.toMatchObject(unavailable);
    expect(await store.count(index)).toBe(0);
    await store.drop(index);
    await store.close();
    await proxy.cut();
  });

  // Through a proxy, because milvus 2.3.5 cannot start again on the port that it has just used.
  test('after a restart of the server, the store can use its indexes again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wentu-outage-'));
    const first = await startServer(engine, ['--data-dir', folder]);
    const proxy = await LoopbackProxy.open(first.address);
    const store = await MilvusVectorStore.open({ address: proxy.address });
    await store.ensure('kept', DIMENSION);
    await store.upsert('kept', [point(1), point(2)]);
    await first.stop();
    await expect(store.search('kept', { queries: [point(1).vector], limit: 1 })).rejects.toMatchObject(unavailable);
    const second = await startServer(engine, ['--data-dir', folder]);
    try {
      proxy.redirectTo(second.address);
      await store.ensure('kept', DIMENSION);
      expect(await store.listIds('kept', 0, 9)).toEqual([1, 2]);
      await store.upsert('kept', [point(2), point(3)]);
      expect((await store.search('kept', { queries: [point(3).vector], limit: 1 }))[0]?.[0]?.id).toBe(3);
    } finally {
      await store.close();
      await proxy.cut();
      await second.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
