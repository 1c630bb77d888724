import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Filter, VectorPoint } from '@wentu/domain';
import { exactSearch, newSeed, randomFrom, unit } from '../contract/points';
import { EmbeddedVectorStore, type EmbeddedVectorStoreOptions } from './embedded-vector-store';

const DIMENSION = 64;
const seed = newSeed();
const random = randomFrom(seed);
const centres = Array.from({ length: 40 }, () => Array.from({ length: DIMENSION }, () => random() - 0.5));
const newVector = (): Float32Array => {
  const centre = centres[Math.floor(random() * centres.length)]!;
  return unit(centre.map((value) => value + 0.6 * (random() - 0.5)));
};
const newPoints = (first: number, count: number): VectorPoint[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ id: first + i, vector: newVector() },
    attributes: { width: Math.floor(random() * 100) },
  }));

let folder: string;
let warnings: string[];
let open: EmbeddedVectorStore[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wentu-index-'));
  warnings = [];
  open = [];
});
afterEach(async () => {
  for (const store of open) await store.close();
  rmSync(folder, { recursive: true });
});

async function openStore(options: Partial<EmbeddedVectorStoreOptions> = {}): Promise<EmbeddedVectorStore> {
  const onWarning = ({ message }: Error): void => void warnings.push(message);
  const sizes = { maxSegmentRows: 500, maxExactRows: 800 };
  const store = await EmbeddedVectorStore.open({ threads: 1, folder, ...sizes, onWarning, ...options });
  open.push(store);
  await store.ensure('x', DIMENSION);
  return store;
}
const files = (ending = ''): string[] =>
  readdirSync(join(folder, 'x'))
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, 'x', name));

/**
 * Recall@10 of 20 random queries. Also checks that the hits are sorted and have the exact distances of their vectors.
 */
async function recallOf(store: EmbeddedVectorStore, points: readonly VectorPoint[], filter?: Filter): Promise<number> {
  const queries = Array.from({ length: 20 }, newVector);
  const answers = await store.search('x', { queries, limit: 10, ...(filter ? { filter } : {}) });
  let [found, wanted] = [0, 0];
  answers.forEach((hits, i) => {
    const right = exactSearch(points, queries[i]!, points.length, filter);
    const all = new Map(right.map(({ id, distance }) => [id, distance]));
    const nearest = [...all.keys()].slice(0, 10);
    expect(hits.map(({ distance }) => distance)).toEqual(
      hits.map(({ id }) => expect.closeTo(all.get(id)!, 9) as number),
    );
    expect(hits).toEqual([...hits].sort((a, b) => a.distance - b.distance || a.id - b.id));
    found += hits.filter(({ id }) => nearest.includes(id)).length;
    wanted += nearest.length;
  });
  return found / wanted;
}

const narrow = (width: number): Filter => ({ kind: 'range', attribute: 'width', to: width });

test('a store that is closed while it builds a graph leaves the process alive', async () => {
  // The call of the library must be hit, so the store is closed at many moments.
  for (let delay = 0; delay < 160; delay += 8) {
    const store = await EmbeddedVectorStore.open({
      ...{ threads: 2, maxSegmentRows: 2_000, maxExactRows: 0, folder: join(folder, String(delay)) },
    });
    await store.ensure('x', DIMENSION);
    await store.upsert('x', newPoints(1, 2_000));
    await sleep(delay);
    await store.close();
  }
});

test('points in memory come back with their int8 rows, or without them from files of an earlier version', async () => {
  const points = newPoints(1, 700);
  const store = await openStore();
  await store.upsert('x', points);
  await store.delete('x', [points.pop()!.id]);
  await store.close();
  expect(files('.int8')).toHaveLength(2);
  const manifest = join(folder, 'x', 'manifest.json');
  const quantized = JSON.parse(readFileSync(manifest, 'utf8')) as { segments: { quantized?: object }[] };
  for (const segment of quantized.segments) delete segment.quantized;
  for (const [text, rows] of [
    [readFileSync(manifest, 'utf8'), 2],
    [JSON.stringify(quantized), 0],
  ] as const) {
    writeFileSync(manifest, text);
    if (rows === 0) for (const file of files('.int8')) rmSync(file);
    const again = await openStore();
    expect(await recallOf(again, points)).toBe(1);
    expect(await recallOf(again, points, narrow(10))).toBe(1);
    await again.close();
    expect(files('.int8')).toHaveLength(2);
  }
  const [damaged] = files('.int8');
  writeFileSync(damaged!, readFileSync(damaged!).fill(1, 0, 10));
  const last = await openStore();
  expect(warnings).toEqual([expect.stringMatching(/int8 .*wrong checksum/) as string]);
  // The points of the other segment are there; a repair adds the rest.
  expect([199, 500]).toContain(await last.count('x'));
});

test(`below the limit searches are exact, above it full segments get graphs (seed ${seed})`, async () => {
  const store = await openStore();
  const points = newPoints(1, 800);
  await store.upsert('x', points);
  await store.settled();
  expect(files('.graph')).toEqual([]);
  expect(await recallOf(store, points)).toBe(1);
  points.push(...newPoints(801, 1_300));
  await store.upsert('x', points.slice(800));
  await store.settled();
  expect(files('.graph')).toHaveLength(4);
  expect(await recallOf(store, points)).toBeGreaterThanOrEqual(0.99);
});

test(`filters find the nearest matching points in graphs, also of a reopened index (seed ${seed})`, async () => {
  const store = await openStore();
  const points = newPoints(1, 2_300);
  await store.upsert('x', points);
  await store.settled();
  expect(files('.graph')).toHaveLength(4);
  const shares = async (used: EmbeddedVectorStore): Promise<void> => {
    for (const width of [0, 1, 9, 49, 98])
      expect(await recallOf(used, points, narrow(width))).toBeGreaterThanOrEqual(0.98);
  };
  await shares(store);
  await store.close();
  const used = await openStore();
  await shares(used);
  // A deleted point does not match; one that is written again has its new attributes.
  await used.delete('x', [points[0]!.id]);
  await used.upsert('x', [{ ...points[1]!, attributes: { width: 1_000 } }]);
  const filter: Filter = { kind: 'range', attribute: 'width', from: 1_000 };
  const [hits] = await used.search('x', { queries: [points[0]!.vector], limit: 10, filter });
  expect(hits!.map(({ id }) => id)).toEqual([2]);
  const [rest] = await used.search('x', { queries: [points[0]!.vector], limit: 10_000, filter: narrow(999) });
  expect(rest).toHaveLength(2_298);
});

test('a reopened index has the same points, and can be changed', async () => {
  const store = await openStore();
  let points = newPoints(1, 2_300);
  await store.upsert('x', points);
  await store.settled();
  await store.delete('x', [5, 700, 2_290]);
  points = points.filter(({ id }) => ![5, 700, 2_290].includes(id));
  await store.close();

  const again = await openStore();
  expect(warnings).toEqual([]);
  expect(await again.listIds('x', 0, 10_000)).toEqual(points.map(({ id }) => id));
  expect(await recallOf(again, points)).toBeGreaterThanOrEqual(0.99);
  // A point in a graph gets another vector; points are added and deleted.
  const changed = { id: 3, vector: newVector(), attributes: {} };
  const more = newPoints(3_000, 900);
  await again.upsert('x', [changed, ...more]);
  await again.delete('x', [10, 3_001]);
  points = [...points.map((point) => (point.id === 3 ? changed : point)), ...more].filter(
    ({ id }) => id !== 10 && id !== 3_001,
  );
  await again.settled();
  expect(await recallOf(again, points)).toBeGreaterThanOrEqual(0.99);
  await again.close();

  const third = await openStore();
  expect(await third.count('x')).toBe(points.length);
  expect(await recallOf(third, points)).toBeGreaterThanOrEqual(0.99);
});

test('an index without changes writes nothing when it is closed', async () => {
  const store = await openStore();
  await store.upsert('x', newPoints(1, 1_700));
  await store.settled();
  await store.close();
  const before = files().map((file) => [file, statSync(file).mtimeMs]);
  await (await openStore()).close();
  expect(files().map((file) => [file, statSync(file).mtimeMs])).toEqual(before);
});

test('a large limit finds all points, also those in graphs', async () => {
  const store = await openStore({ maxSegmentRows: 3_000, maxExactRows: 0 });
  const points = newPoints(1, 6_500);
  await store.upsert('x', points);
  await store.settled();
  expect(files('.graph')).toHaveLength(2);
  const query = newVector();
  const [hits = []] = await store.search('x', { queries: [query], limit: 10_000 });
  expect(hits.map(({ id }) => id)).toEqual(exactSearch(points, query, 10_000).map(({ id }) => id));
});

test('removes a segment and its files when most of its points are deleted', async () => {
  const store = await openStore();
  const points = newPoints(1, 1_000);
  await store.upsert('x', points);
  await store.settled();
  expect(files('.graph')).toHaveLength(2);
  await store.delete(
    'x',
    points.slice(0, 300).map(({ id }) => id),
  );
  expect(await recallOf(store, points.slice(300))).toBeGreaterThanOrEqual(0.99);
  await store.close();
  expect(files('.graph')).toHaveLength(1);
  expect(await (await openStore()).count('x')).toBe(700);
});

test.each([
  ['is truncated', '.graph', (file: string) => truncateSync(file, statSync(file).size - 1)],
  ['has a changed byte', '.graph', flipByte],
  ['is missing', '.graph', (file: string) => rmSync(file)],
  [
    'is that of another segment',
    '.graph',
    (file: string) =>
      copyFileSync(
        files('.graph').find((other) => other !== file)!,
        file,
      ),
  ],
  ['is truncated', '.rows', (file: string) => truncateSync(file, statSync(file).size - 1)],
  ['has a changed byte in its ids', '.rows', (file: string) => flipByte(file, 24)],
  ['is empty', '.rows', (file: string) => truncateSync(file, 0)],
])('a segment whose file %s (%s) is ignored, and the others are opened', async (_, ending, damage) => {
  const store = await openStore();
  const points = newPoints(1, 1_500);
  await store.upsert('x', points);
  await store.settled();
  await store.close();
  damage(files(ending)[0]!);
  const again = await openStore();
  expect(warnings).toHaveLength(1);
  const ids = await again.listIds('x', 0, 10_000);
  expect(ids).toHaveLength(1_000);
  // The repair of the index writes these points again.
  const missing = points.filter(({ id }) => !ids.includes(id));
  await again.upsert('x', missing);
  await again.settled();
  expect(await recallOf(again, points)).toBeGreaterThanOrEqual(0.99);
  await again.close();
  await openStore();
  expect(warnings).toHaveLength(1);
});

test.each([
  ['not JSON', '{"version": 1'],
  ['of another version', JSON.stringify({ version: 99, dimension: DIMENSION, segments: [] })],
  ['of another structure', JSON.stringify({ version: 1, dimension: DIMENSION, segments: 7 })],
])('an index whose manifest is %s is empty, and its files are removed', async (_, text) => {
  const store = await openStore();
  await store.upsert('x', newPoints(1, 1_200));
  await store.settled();
  await store.close();
  writeFileSync(files('manifest.json')[0]!, text);
  const again = await openStore();
  expect(await again.count('x')).toBe(0);
  expect(files('.rows')).toEqual([]);
});

test('files of another dimension are INDEX_MISMATCH until the index is dropped', async () => {
  await (await openStore()).close();
  const store = await openStore();
  await store.upsert('x', newPoints(1, 10));
  await store.close();
  const other = await EmbeddedVectorStore.open({ threads: 1, folder });
  open.push(other);
  await expect(other.ensure('x', DIMENSION + 1)).rejects.toMatchObject({ code: 'INDEX_MISMATCH' });
  await other.drop('x');
  await other.ensure('x', DIMENSION + 1);
  expect(await other.count('x')).toBe(0);
});

test('a damaged vector closes the index, and the next start rebuilds it', async () => {
  const store = await openStore();
  const points = newPoints(1, 1_000);
  await store.upsert('x', points);
  await store.settled();
  for (const file of files('.rows'))
    for (let row = 0; row < 500; row++) flipByte(file, statSync(file).size - 1 - row * DIMENSION * 4);
  const search = store.search('x', { queries: [newVector()], limit: 5 });
  await expect(search).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('next start') as string,
  });
  await store.close();
  expect(await (await openStore()).count('x')).toBe(0);
});

test('without usearch, plain scans search the same files', async () => {
  const store = await openStore();
  const points = newPoints(1, 1_600);
  await store.upsert('x', points);
  await store.settled();
  expect(store.engine).toBe('usearch');
  await store.close();
  const scan = await openStore({ engine: 'scan' });
  expect(scan.engine).toBe('scan');
  expect(await recallOf(scan, points)).toBe(1);
});

test('searches and deletions work while a graph is built', async () => {
  const store = await openStore();
  let points = newPoints(1, 1_000);
  const writing = store.upsert('x', points);
  for (let i = 0; i < 20; i++) {
    await store.delete('x', [i * 50 + 1]);
    points = points.filter(({ id }) => id !== i * 50 + 1);
    expect(await recallOf(store, points)).toBeGreaterThanOrEqual(0.98);
  }
  await writing;
  await store.settled();
  expect(files('.graph')).toHaveLength(2);
  expect(await store.listIds('x', 0, 10_000)).toEqual(points.map(({ id }) => id));
});

test('a killed process leaves files of an earlier state, or no files', async () => {
  const script = `
    const { EmbeddedVectorStore } = require(${JSON.stringify(join(__dirname, 'embedded-vector-store'))});
    (async () => {
      const options = { threads: 1, folder: ${JSON.stringify(folder)}, maxSegmentRows: 500, maxExactRows: 800 };
      for (let from = 1; ; from += 700) {
        const store = await EmbeddedVectorStore.open(options);
        await store.ensure('x', ${DIMENSION});
        const points = Array.from({ length: 700 }, (_, i) => {
          const vector = new Float32Array(${DIMENSION});
          vector[(from + i) % ${DIMENSION}] = Math.cos(from + i);
          vector[(from + i + 1) % ${DIMENSION}] = Math.sin(from + i);
          return { id: from + i, vector, attributes: {} };
        });
        process.stdout.write('w');
        await store.upsert('x', points);
        if (from > 700) await store.delete('x', [from - 300, from - 299]);
        await store.close();
      }
    })();`;
  for (let round = 0; round < 8; round++) {
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    for (let writes = 0; writes <= round % 3; writes++) await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, random() * 150));
    child.kill('SIGKILL');
    await ended;
    const store = await openStore();
    expect(warnings).toEqual([]);
    for (const id of await store.listIds('x', 0, 20)) {
      const vector = new Float32Array(DIMENSION);
      vector[id % DIMENSION] = Math.cos(id);
      vector[(id + 1) % DIMENSION] = Math.sin(id);
      const [hits = []] = await store.search('x', { queries: [vector], limit: 3 });
      expect(hits[0]?.distance).toBeCloseTo(0, 6);
    }
    await store.close();
    rmSync(join(folder, 'x'), { recursive: true });
  }
}, 300_000);

test.each([
  ['exact', 100_000],
  ['with graphs', 0],
])(
  'points that were flushed outlive a kill, with their new attributes (%s)',
  async (_, maxExactRows) => {
    const store = await openStore({ maxExactRows });
    const points = newPoints(1, 1_800).map((point) => ({ ...point, attributes: { width: 1 } }));
    await store.upsert('x', points);
    await store.settled();
    await store.close();
    const again = await openStore({ maxExactRows });
    const changed = points.slice(0, 700).map((point) => ({ ...point, attributes: { width: 2 } }));
    await again.upsert('x', changed);
    const flushing = again.flush('x');
    // Deletions go on meanwhile, also of most points of a segment.
    await again.delete(
      'x',
      points.slice(900, 1_400).map(({ id }) => id),
    );
    await flushing;
    await again.flush('x');
    // The state of the files is what a kill leaves.
    const copy = mkdtempSync(join(tmpdir(), 'wentu-index-'));
    cpSync(folder, copy, { recursive: true });
    const after = await openStore({ maxExactRows, folder: copy });
    expect(warnings).toEqual([]);
    const idsOf = async (width: number): Promise<number[]> => {
      const filter: Filter = { kind: 'equal', attribute: 'width', value: width };
      const [hits = []] = await after.search('x', { queries: [newVector()], limit: 2_000, filter });
      return hits.map(({ id }) => id).sort((a, b) => a - b);
    };
    expect(await idsOf(2)).toEqual(changed.map(({ id }) => id));
    expect(await idsOf(1)).toEqual([...points.slice(700, 900), ...points.slice(1_400)].map(({ id }) => id));
    rmSync(copy, { recursive: true });
  },
  300_000,
);

function flipByte(file: string, at = Math.floor(statSync(file).size / 2)): void {
  const bytes = readFileSync(file);
  bytes[at]! ^= 0xff;
  writeFileSync(file, bytes);
}

test('an index that is made again while its folder is being removed keeps its files', async () => {
  const store = await openStore();
  await store.upsert('x', newPoints(1, 300));
  await store.flush('x');
  const dropping = [store.drop('x'), store.drop('x')];
  await store.ensure('x', DIMENSION);
  const points = newPoints(1_000, 5);
  await store.upsert('x', points);
  await Promise.all(dropping);
  await store.close();
  expect(warnings).toEqual([]);
  const again = await openStore();
  expect(await again.listIds('x', 0, 10)).toEqual(points.map(({ id }) => id));
});
