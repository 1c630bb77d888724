import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { MetadataStore } from '@wentu/domain';
import libsql from 'libsql';
import { openSqliteSource, openSqliteStore } from './open-sqlite-store';

const MODULE = JSON.stringify(join(__dirname, 'open-sqlite-store.js'));
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-metadata-'));
  path = join(folder, 'wentu.sqlite');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const COMPETE = `
  const { workerData, parentPort } = require('node:worker_threads');
  const { openSqliteStore } = require(${MODULE});
  (async () => {
    const store = await openSqliteStore({ path: workerData.path });
    const ids = [], claimed = [];
    for (let i = 0; i < 40; i++) {
      ids.push(await store.ids.reserve(3));
      const name = 'c' + workerData.worker + '-' + i;
      await store.collections.create({ name, model: 'm', space: 's', dimension: 4 });
      await store.loads.create({ collection: name, directory: '/d', options: {} });
      const claim = await store.loads.claim('worker ' + workerData.worker, 60_000, claimed);
      if (claim) claimed.push(claim.job.id);
    }
    await store.close();
    parentPort.postMessage({ ids, claimed });
  })();
`;

test('writers in several threads wait for each other, and none fails', async () => {
  const store = await openSqliteStore({ path });
  const results = await Promise.all(
    [0, 1, 2].map(async (worker) => {
      const thread = new Worker(COMPETE, { eval: true, workerData: { path, worker } });
      const [result] = (await once(thread, 'message')) as [{ ids: number[]; claimed: number[] }];
      return result;
    }),
  );
  const ids = results.flatMap((result) => result.ids);
  expect(new Set(ids).size).toBe(120);
  expect([...ids].sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, i) => 1 + 3 * i));
  const claimed = results.flatMap((result) => result.claimed);
  expect(new Set(claimed).size).toBe(120);
  expect(await store.collections.list()).toHaveLength(120);
  await store.close();
});

// Each batch has 20 images with their number and 8 KiB that identify it. Every second batch also replaces the images of
// the batch before.
const LOAD = `
  const { openSqliteStore } = require(${MODULE});
  (async () => {
    const store = await openSqliteStore({ path: process.argv[1] });
    const { id: collection, activeSpace } = await store.collections.create({ name: 'c', model: 'm', space: 's', dimension: 4 });
    for (let batch = 0; ; batch++) {
      const first = await store.ids.reserve(20);
      const images = Array.from({ length: 20 }, (_, i) => ({
        id: first + i, imageId: (batch >> 1) + '/' + i, contentHash: 'c',
        mimeType: 'image/png', width: 1, height: 1, sizeBytes: 8192, source: '/s', location: null, original: { kind: 'copied' },
        facts: { takenAt: null, camera: null, lens: null, place: null, orientation: null },
      }));
      const embeddings = images.map(({ id }) => ({
        imageRowId: id, spaceId: activeSpace.id, vector: Float32Array.of(id, 0, 0, 1), fingerprint: String(batch),
      }));
      await store.originals.put(collection, images.map(({ id }) => ({ id, data: new Uint8Array(8192).fill(batch) })));
      await store.images.insertPending(collection, images, embeddings);
      await store.images.settle(collection, images.map((image) => image.id));
      process.stdout.write(first + ' ' + batch + '\\n');
    }
  })();
`;

/**
 * Lines that the loading process wrote before it was killed. It is killed after `lines` lines, during any later step.
 */
async function loadAndKill(lines: number): Promise<{ first: number; batch: number }[]> {
  const child = spawn(process.execPath, ['-e', LOAD, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const reported: { first: number; batch: number }[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [first, batch] = line.split(' ').map(Number);
    reported.push({ first: first!, batch: batch! });
    if (reported.length === lines) child.kill('SIGKILL');
  }
  await exited;
  return reported;
}

async function statesOf(store: MetadataStore, first: number): Promise<string[]> {
  const rows = await store.images.get(Array.from({ length: 20 }, (_, i) => first + i));
  return rows.map(({ state }) => state);
}

test.each([1, 8, 25])('kill -9 after %i batches loses no reported batch, and leaves no half batch', async (lines) => {
  const reported = await loadAndKill(lines);
  const store = await openSqliteStore({ path });
  const collection = (await store.collections.find('c'))!;
  const last = reported.at(-1)!;
  for (const { first, batch } of reported.slice(0, -2)) {
    expect(await statesOf(store, first)).toEqual(Array(20).fill(batch % 2 === 0 ? 'TOMBSTONE' : 'READY'));
  }
  // The work after the last report must be complete or absent, in each of its two steps.
  const lastStates = await statesOf(store, last.first);
  const nextStates = await statesOf(store, last.first + 20);
  expect(new Set(lastStates).size).toBe(1);
  expect(['READY', 'TOMBSTONE']).toContain(lastStates[0]);
  expect([0, 20]).toContain(nextStates.length);
  expect(new Set(nextStates).size).toBeLessThanOrEqual(1);
  const ready = await store.images.page(collection.id, 0, 100_000);
  expect(collection.imageCount).toBe(ready.length);
  const rows = await store.images.getEmbedded(
    collection.activeSpace.id,
    ready.map(({ id }) => id),
  );
  expect(rows).toHaveLength(ready.length);
  expect(rows.every(({ id, vector }) => vector[0] === id)).toBe(true);
  expect(await store.originals.read(last.first + 19)).toHaveLength(8192);
  // Ids of the killed process are never used again.
  expect(await store.ids.reserve(1)).toBeGreaterThanOrEqual(last.first + 20);
  await store.close();
});

test('an open transaction does not block a reader, which sees the changes only after the commit', async () => {
  const writer = await openSqliteStore({ path });
  await writer.collections.create({ name: 'old', model: 'm', space: 's', dimension: 4 });
  const reader = await openSqliteStore({ path, readOnly: true });
  const names = async (): Promise<string[]> => (await reader.collections.list()).map(({ name }) => name);
  const other = new libsql(path);
  other.exec('BEGIN IMMEDIATE');
  other.exec("UPDATE collection SET name = 'new'");
  expect(await names()).toEqual(['old']);
  expect(await reader.loads.list({ first: 5 })).toEqual([]);
  // A reader may also connect while a transaction is open.
  const late = await openSqliteStore({ path, readOnly: true });
  expect((await late.collections.list()).map(({ name }) => name)).toEqual(['old']);
  other.exec('COMMIT');
  expect(await names()).toEqual(['new']);
  other.close();
  for (const store of [late, reader, writer]) await store.close();
});

test('a reader sees images that a worker thread committed after the reader was opened', async () => {
  const store = await openSqliteStore({ path });
  const reader = await openSqliteStore({ path, readOnly: true });
  const thread = new Worker(COMPETE, { eval: true, workerData: { path, worker: 0 } });
  await once(thread, 'message');
  expect(await reader.collections.list()).toHaveLength(40);
  expect(await reader.loads.list({ first: 100 })).toHaveLength(40);
  await reader.close();
  await store.close();
});

test('a single blob, null or boolean as a parameter does not abort the process', async () => {
  const source = await openSqliteSource({ path });
  expect(await source.query('SELECT length(?) AS n', [Buffer.from([1, 2, 3])])).toEqual([{ n: 3 }]);
  expect(await source.query('SELECT ? IS NULL AS n', [null])).toEqual([{ n: 1 }]);
  expect(await source.query('SELECT ? AS n', [true])).toEqual([{ n: 1 }]);
  await source.destroy();
});

test('a store can be closed twice, and its calls are UNAVAILABLE after that', async () => {
  const store = await openSqliteStore({ path });
  await store.close();
  await store.close();
  await expect(store.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
