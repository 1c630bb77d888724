import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import libsql from 'libsql';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

const SAMPLES = resolve(__dirname, '../../../../samples');

let samples: number;
let server: TestServer;
beforeAll(async () => {
  const files = await readdir(SAMPLES, { recursive: true, withFileTypes: true });
  samples = files.filter((file) => file.isFile() && /^\.(png|jpe?g|webp|svg)$/.test(extname(file.name))).length;
  server = await TestServer.prepare({ WENTU_SAMPLES: 'on' });
});
afterAll(() => server.close());

/**
 * Polls with short pauses, so that the next request comes at the moment of readiness.
 * @returns the number of answers that were not ready
 */
async function untilReady(): Promise<number> {
  for (let refused = 0; ;) {
    const status = await fetch(`${server.address}/readyz`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return refused;
    if (status === 503) refused++;
    await sleep(10);
  }
}

const search = async () =>
  (
    await server.data<{ search: { totalCount: number; edges: { node: { image: { collection: string } } }[] } }>(
      '{ search(query: { text: "小狗" }, first: 1000) { totalCount edges { node { image { collection } } } } }',
    )
  ).search;
const names = async (): Promise<string[]> =>
  (await server.data<{ collections: { name: string }[] }>('{ collections { name } }')).collections.map(
    ({ name }) => name,
  );

/**
 * Copies the newest load, which has ended, in the database of the server: 1,000 real ones take 20 seconds. The server
 * gives smaller ids than these.
 */
function copyNewestLoad(count: number): void {
  const database = new libsql(join(server.dataDir, 'wentu.sqlite'), { timeout: 10_000 });
  const columns = (database.prepare('PRAGMA table_info(load_job)').all() as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => name !== 'id')
    .join(', ');
  const { changes } = database
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO load_job (id, ${columns})
       SELECT 1000000 + i, ${columns} FROM load_job, n WHERE id = (SELECT MAX(id) FROM load_job)`,
    )
    .run(count);
  database.close();
  expect(changes).toBe(count);
}

test('a server that was killed during the load of the samples is ready only when all of them are loaded', async () => {
  server.launch();
  const loaded = async (): Promise<number> => {
    const query = '{ collection(name: "samples") { imageCount } }';
    const answer = await server.graphql<{ collection: { imageCount: number } | null }>(query).catch(() => null);
    return answer?.data?.collection?.imageCount ?? 0;
  };
  while ((await loaded()) === 0) await sleep(30);
  await server.kill('SIGKILL');
  server.launch();
  expect(await untilReady()).toBeGreaterThan(0);
  // This search names no collection; `default` is empty.
  const { totalCount, edges } = await search();
  expect([totalCount, edges.length]).toEqual([samples, samples]);
  expect(new Set(edges.map(({ node }) => node.image.collection))).toEqual(new Set(['samples']));
  expect(await names()).toEqual(['default', 'samples']);
});

test('a search without a collection uses default once it has pictures; the next pages stay in the collection of the first page', async () => {
  const page = async (after: string | null) =>
    (
      await server.data<{
        search: {
          pageInfo: { endCursor: string };
          edges: { node: { image: { collection: string; imageId: string } } }[];
        };
      }>(
        `query ($after: String) { search(query: { text: "小狗" }, first: 5, after: $after) {
          pageInfo { endCursor } edges { node { image { collection imageId } } } } }`,
        { after },
      )
    ).search;
  const first = await page(null);
  const folder = await mkdtemp(join(tmpdir(), 'wentu-default-'));
  await writeTree(folder, { 'a.png': await picture(1), 'b.png': await picture(2) });
  await server.load(folder);
  await rm(folder, { recursive: true });
  const second = await page(first.pageInfo.endCursor);
  expect(second.edges.map(({ node }) => node.image.collection)).toEqual(Array(5).fill('samples'));
  expect((await search()).totalCount).toBe(2);
  const { searchImages, image, rankTexts } = await server.data<{
    searchImages: { image: { collection: string } }[];
    image: { collection: string };
    rankTexts: unknown[];
  }>(`{ searchImages(text: "圆") { image { collection } } image(imageId: "a.png") { collection }
    rankTexts(texts: ["圆", "方"], imageId: "a.png") { probability } }`);
  expect(searchImages.map((hit) => hit.image.collection)).toEqual(['default', 'default']);
  expect([image.collection, rankTexts.length]).toEqual(['default', 2]);
});

test('a dropped collection is not created again by later loads and starts', async () => {
  const drop = async (name: string): Promise<boolean> =>
    (await server.data<{ dropCollection: boolean }>(`mutation { dropCollection(name: "${name}") }`)).dropCollection;
  const folder = await mkdtemp(join(tmpdir(), 'wentu-many-'));
  await cp(join(SAMPLES, 'animals/cat.png'), join(folder, 'cat.png'));
  await server.load(folder, { collection: 'busy' });
  expect(await drop('busy')).toBe(true);
  const loadsOfSamples = async (): Promise<unknown[]> =>
    (await server.data<{ loadJobs: unknown[] }>('{ loadJobs(collection: "samples") { id } }')).loadJobs;
  expect(await loadsOfSamples()).toHaveLength(1);
  // Finished loads beyond the newest 1,000 are deleted, also those of the samples.
  copyNewestLoad(999);
  await server.load(folder, { collection: 'last' });
  await rm(folder, { recursive: true });
  expect(await loadsOfSamples()).toEqual([]);

  for (const name of ['samples', 'default', 'last']) expect(await drop(name)).toBe(true);
  expect(await drop('samples')).toBe(false);
  await server.kill('SIGTERM');
  await server.restart();
  expect(await names()).toEqual([]);
  const { errors } = await server.graphql('{ search(query: { text: "小狗" }) { totalCount } }');
  expect(errors![0]).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
});
