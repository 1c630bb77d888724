import { mkdir, mkdtemp, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChunkExecutor, DatasetItem } from '@wentu/domain';
import { setUp, type Row } from './testing/load-run-bench';

let folder: string;
let encoded: number;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'wentu-moved-')));
  encoded = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const executor: ChunkExecutor = {
  chunksInFlight: 1,
  stepsOf: () => 'p',
  execute: async (pictures) => {
    encoded += pictures.length;
    const header = { mimeType: 'image/png', width: 1, height: 1 };
    return pictures.map(() => ({ header, vector: Float32Array.of(1, 0), preview: Buffer.from('p') }));
  },
};

async function itemOf(name: string): Promise<DatasetItem> {
  const path = join(folder, name);
  const { mtimeMs, size } = await stat(path);
  const file = { path, modifiedAtMs: mtimeMs, sizeBytes: size };
  return { item: name, imageId: name, location: path, file, read: () => readFile(path) };
}

/** Loads these files into the rows of an earlier load. */
async function load(names: readonly string[], before: ReadonlyMap<string, Row> = new Map()) {
  encoded = 0;
  const bench = setUp(await Promise.all(names.map(itemOf)), {}, { kind: 'folder', executor });
  for (const [name, image] of before) bench.ready.set(name, image);
  await bench.run();
  return bench;
}

test('moved files keep their rows: points first, then rows, and nothing is encoded', async () => {
  await mkdir(join(folder, 'new'));
  for (const name of ['a.png', 'b.png', 'c.png']) await writeFile(join(folder, name), name);
  const { ready } = await load(['a.png', 'b.png', 'c.png']);
  expect(encoded).toBe(3);
  const ids = new Map([...ready].map(([name, { id }]) => [name, id]));
  await rename(join(folder, 'a.png'), join(folder, 'new', 'a.png'));
  await rename(join(folder, 'b.png'), join(folder, 'z.png'));
  const { log, tally, ready: after } = await load(['c.png', 'new/a.png', 'z.png'], ready);
  expect(encoded).toBe(0);
  const [a, b] = [ids.get('a.png'), ids.get('b.png')];
  expect(log).toEqual([`indexed ${a} ${b}`, 'flushed', `moved ${a} new/a.png ${b} z.png`]);
  expect(tally.progress()).toMatchObject({ loaded: 0, skipped: 3, failed: 0 });
  expect(new Map([...after].map(([name, { id }]) => [name, id]))).toEqual(
    new Map([
      ['c.png', ids.get('c.png')],
      ['new/a.png', a],
      ['z.png', b],
    ]),
  );
  expect(after.get('z.png')).toMatchObject({
    location: join(folder, 'z.png'),
    original: { path: join(folder, 'z.png') },
  });
});

test('a copy is a new image: the file of the first one is still there', async () => {
  await writeFile(join(folder, 'a.png'), 'same');
  const { ready } = await load(['a.png']);
  await writeFile(join(folder, 'b.png'), 'same');
  const { log, tally } = await load(['a.png', 'b.png'], ready);
  expect(encoded).toBe(1);
  expect(log.filter((line) => line.startsWith('moved'))).toEqual([]);
  expect(tally.progress()).toMatchObject({ loaded: 1, skipped: 1 });
});

test('of two equal images that are gone, each is moved once, the one with the same file name first', async () => {
  await mkdir(join(folder, 'new'));
  for (const name of ['a.png', 'b.png']) await writeFile(join(folder, name), 'same');
  const { ready } = await load(['a.png', 'b.png']);
  const idOf = (name: string): number | undefined => ready.get(name)?.id;
  for (const name of ['a.png', 'b.png']) await rename(join(folder, name), join(folder, 'new', name));
  await writeFile(join(folder, 'new', 'third.png'), 'same');
  const { tally, ready: after } = await load(['new/b.png', 'new/a.png', 'new/third.png'], ready);
  expect([after.get('new/a.png')?.id, after.get('new/b.png')?.id]).toEqual([idOf('a.png'), idOf('b.png')]);
  expect([encoded, tally.progress()]).toMatchObject([1, { loaded: 1, skipped: 2 }]);
});

test('a file that was moved and changed is encoded', async () => {
  await writeFile(join(folder, 'a.png'), 'before');
  const { ready } = await load(['a.png']);
  await rm(join(folder, 'a.png'));
  await writeFile(join(folder, 'b.png'), 'after');
  const { tally } = await load(['b.png'], ready);
  expect([encoded, tally.progress().loaded]).toEqual([1, 1]);
});
