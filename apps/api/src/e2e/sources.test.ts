import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestServer, type Job } from './harness';
import { picture, writeTree } from './pictures';

interface Source {
  readonly id: string;
  readonly directory: string;
  readonly state: string;
  readonly imageCount: number;
  readonly lastLoad: { readonly id: string; readonly status: string; readonly failures: { item: string }[] } | null;
}

let server: TestServer;
let root: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'wentu-sources-')));
  server = await TestServer.start({ WENTU_LOAD_ROOTS: root });
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

const sources = async (collection: string): Promise<Source[]> => {
  const query = `query ($name: String!) { collection(name: $name) {
    sources { id directory state imageCount lastLoad { id status failures { item } } } } }`;
  return (await server.data<{ collection: { sources: Source[] } }>(query, { name: collection })).collection.sources;
};
const loadAgain = async (source: string): Promise<Pick<Job, 'id' | 'status'> & { loaded: number; skipped: number }> => {
  const mutation = 'mutation ($s: ID!) { loadAgain(source: $s, wait: true) { id status loaded skipped } }';
  const answer = await server.data<{ loadAgain: Awaited<ReturnType<typeof loadAgain>> }>(mutation, { s: source });
  return answer.loadAgain;
};

test('only the files that failed are loaded again; the others stay as they are', async () => {
  const folder = join(root, 'retry');
  await mkdir(folder);
  const broken = Buffer.from('no picture');
  await writeTree(folder, { 'a.png': await picture(11), 'b/one.jpg': broken, 'b/two.jpg': broken });
  const first = await server.load(folder, { collection: 'retry' });
  expect(first).toMatchObject({ status: 'PARTIAL', loaded: 1, failed: 2 });
  await rm(join(folder, 'a.png'));
  await writeTree(folder, { 'b/one.jpg': await picture(12), 'new.png': await picture(13) });
  const mutation = `mutation ($load: ID!) { retryFailures(load: $load, wait: true) {
    id status total loaded skipped failed removed missing failures { item } } }`;
  const retry = async (load: string) =>
    (await server.data<{ retryFailures: { id: string } }>(mutation, { load })).retryFailures;
  const second = await retry(String(first.id));
  expect(second).toMatchObject({
    ...{ status: 'PARTIAL', total: 2, loaded: 1, skipped: 0, failed: 1, removed: 0, missing: 0 },
    failures: [{ item: 'b/two.jpg' }],
  });
  await writeTree(folder, { 'b/two.jpg': await picture(14) });
  const third = await retry(second.id);
  expect(third).toMatchObject({ status: 'SUCCEEDED', total: 1, loaded: 1, failed: 0 });
  const { errors } = await server.graphql(mutation, { load: third.id });
  expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
  // The source is still loaded as a whole.
  const [source] = await sources('retry');
  expect(await loadAgain(source!.id)).toMatchObject({ loaded: 1, skipped: 2 });
});

test('a collection lists its folders with their last loads, and each is loaded again as it was', async () => {
  const [phone, camera] = [join(root, 'phone'), join(root, 'camera')];
  for (const folder of [phone, camera]) await mkdir(folder);
  await writeTree(phone, { 'a.png': await picture(1), 'broken.jpg': Buffer.from('no picture') });
  await writeTree(camera, { 'c.png': await picture(3) });
  const first = await server.load(phone, { collection: 'trip', copyImages: true });
  await server.load(camera, { collection: 'trip' });
  expect(await sources('trip')).toMatchObject([
    { directory: camera, state: 'AVAILABLE', imageCount: 1, lastLoad: { status: 'SUCCEEDED', failures: [] } },
    {
      ...{ directory: phone, state: 'AVAILABLE', imageCount: 1 },
      lastLoad: { id: first.id, status: 'PARTIAL', failures: [{ item: 'broken.jpg' }] },
    },
  ]);

  await writeFile(join(phone, 'b.png'), await picture(2));
  const [, { id }] = (await sources('trip')) as [Source, Source];
  // With other options, the copied picture would be loaded once more.
  const again = await loadAgain(id);
  expect(again).toMatchObject({ status: 'PARTIAL', loaded: 1, skipped: 1 });
  expect((await sources('trip'))[1]).toMatchObject({ id, imageCount: 2, lastLoad: { id: again.id } });
  expect(await server.data('query ($id: ID!) { node(id: $id) { ... on Source { directory } } }', { id })).toEqual({
    node: { directory: phone },
  });

  await rm(phone, { recursive: true });
  expect((await sources('trip'))[1]).toMatchObject({ state: 'MISSING', imageCount: 2 });
  const { errors } = await server.graphql(`mutation { loadAgain(source: "${id}") { id } }`);
  expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
});
