import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestServer } from './harness';
import { picture } from './pictures';
import { ReadGate } from './read-gate';
import { Contents, dropSpace, reencode, spacesOf, startWithBoth, writeContents } from './reencode-harness';

const COUNT = 24;
/** The contents of all files of these tests. */
const CONTENTS = [...Array.from({ length: COUNT }, (_, i) => i), 50, 51, 52, ...range(60, 75), 80, 90];
let base: string;
let server: TestServer;
let gate: ReadGate;
let contents: Contents;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'wentu-meanwhile-'));
  gate = await ReadGate.make();
  await gate.open();
  for (const content of CONTENTS) await writeContents(join(base, 'all'), content, content + 1);
  const both = await startWithBoth(join(base, 'all'), gate.env);
  server = both.server;
  contents = new Contents(server, both.answers);
});
afterAll(async () => {
  await server?.close();
  await gate.remove();
  await rm(base, { recursive: true, force: true });
});
beforeEach(async () => {
  await gate.open();
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

const held = `${ReadGate.NAME}.png`;
const put = async (folder: string, name: string, content: number): Promise<void> => {
  await mkdir(join(base, folder), { recursive: true });
  await writeFile(join(base, folder, name), await picture(content));
};
const untilRunning = async (id: string): Promise<unknown> =>
  await server.untilJob(id, ({ status, total }) => status === 'RUNNING' && total !== null);

test('pictures that are loaded, changed and deleted while the job runs are right with both models', async () => {
  const folder = 'busy';
  for (let i = 0; i < COUNT; i++) await put(folder, `c${i}.png`, i);
  await put(folder, held, 50);
  await server.load(join(base, folder), { collection: folder });
  await gate.shut();
  const job = await reencode(server, 'tiny', { collection: folder, wait: false });
  await untilRunning(job.id);
  // The job stands still in the middle of a chunk. The file behind the gate is one of the load too, so the load is of
  // another folder.
  for (let i = 60; i < 70; i++) await put('added', `c${i}.png`, i);
  await put('added', 'c60.png', 61);
  expect(await server.load(join(base, 'added'), { collection: folder })).toMatchObject({ loaded: 10 });
  await put('added', 'c62.png', 80);
  expect(await server.load(join(base, 'added'), { collection: folder })).toMatchObject({ loaded: 1, replaced: 1 });
  const deleted = ['c0.png', `c${COUNT - 1}.png`, 'c65.png'];
  const remove = 'mutation ($ids: [ID!]!) { deleteImages(collection: "busy", imageIds: $ids) }';
  expect(await server.data(remove, { ids: deleted })).toEqual({ deleteImages: 3 });

  const expected = new Map<string, number>();
  for (let i = 1; i < COUNT - 1; i++) expected.set(`c${i}.png`, i);
  for (const i of [61, 63, 64, 66, 67, 68, 69]) expected.set(`c${i}.png`, i);
  expected.set('c60.png', 61).set('c62.png', 80).set(held, 50);
  await contents.expect(folder, 'wentu-mini', expected);
  await gate.open();
  expect(await server.jobEnded(job.id)).toMatchObject({ status: 'SUCCEEDED', failed: 0 });
  await contents.expect(folder, 'tiny', expected);
  expect(await reencode(server, 'wentu-mini', { collection: folder })).toMatchObject({ loaded: 0 });
  await contents.expect(folder, 'wentu-mini', expected);
});

test('the change waits for a running load and includes its pictures; loads that wait take the new model', async () => {
  const folder = 'loaded';
  for (let i = 0; i < COUNT; i++) await put(folder, `c${i}.png`, i);
  await server.load(join(base, folder), { collection: folder });
  await put('slow', held, 50);
  await put('slow', 'c51.png', 51);
  await put('later', 'c52.png', 52);
  await gate.shut();
  const slow = await server.load(join(base, 'slow'), { collection: folder, wait: false });
  await server.untilJob(slow.id, ({ status }) => status === 'RUNNING');
  const job = await reencode(server, 'tiny', { collection: folder, wait: false });
  await server.untilJob(job.id, ({ processed }) => processed >= COUNT);
  const later = await server.load(join(base, 'later'), { collection: folder, wait: false });
  await contents.expectModel(folder, 'wentu-mini');
  expect((await server.job(job.id)).status).toBe('RUNNING');
  expect((await server.job(later.id)).status).toBe('QUEUED');
  await gate.open();
  expect(await server.jobEnded(slow.id)).toMatchObject({ status: 'SUCCEEDED', loaded: 2 });
  expect(await server.jobEnded(job.id)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await server.jobEnded(later.id)).toMatchObject({ status: 'SUCCEEDED', loaded: 1 });
  const expected = new Map(Array.from({ length: COUNT }, (_, i): [string, number] => [`c${i}.png`, i]));
  expected.set(held, 50).set('c51.png', 51).set('c52.png', 52);
  await contents.expect(folder, 'tiny', expected);
});

test('a load that waits runs first when files have changed since they were loaded', async () => {
  const folder = 'changed';
  for (let i = 0; i < COUNT; i++) await put(folder, `c${i}.png`, i);
  await server.load(join(base, folder), { collection: folder });
  await put('first', held, 50);
  await gate.shut();
  const first = await server.load(join(base, 'first'), { collection: folder, wait: false });
  await server.untilJob(first.id, ({ status }) => status === 'RUNNING');
  for (let i = 0; i < 5; i++) await put(folder, `c${i}.png`, 70 + i);
  await rm(join(base, folder, 'c5.png'));
  const job = await reencode(server, 'tiny', { collection: folder, wait: false });
  await server.untilJob(job.id, ({ processed }) => processed >= COUNT);
  const load = await server.load(join(base, folder), { collection: folder, wait: false });
  await gate.open();
  expect(await server.jobEnded(job.id)).toMatchObject({ status: 'SUCCEEDED', failed: 0, error: null });
  expect(await server.jobEnded(load.id)).toMatchObject({ status: 'SUCCEEDED', replaced: 5, removed: 1 });
  const expected = new Map(Array.from({ length: COUNT }, (_, i): [string, number] => [`c${i}.png`, i]));
  for (let i = 0; i < 5; i++) expected.set(`c${i}.png`, 70 + i);
  expected.delete('c5.png');
  await contents.expect(folder, 'tiny', expected.set(held, 50));
});

test('images whose originals are gone or changed need a decision, stay with the old model, and are found again', async () => {
  const folder = 'gone';
  for (let i = 0; i < COUNT; i++) await put(folder, `c${i}.png`, i);
  await server.load(join(base, folder), { collection: folder });
  const whole = new Map(Array.from({ length: COUNT }, (_, i): [string, number] => [`c${i}.png`, i]));
  await rename(join(base, folder, 'c3.png'), join(base, 'c3.png'));
  await put(folder, 'c4.png', 90);
  const failures = [
    expect.objectContaining({ item: 'c3.png', code: 'ORIGINAL_GONE' }),
    expect.objectContaining({ item: 'c4.png', code: 'ORIGINAL_CHANGED' }),
  ];
  const refused = await reencode(server, 'tiny', { collection: folder });
  expect(refused).toMatchObject({ status: 'FAILED', error: { code: 'IMAGES_HIDDEN' }, failed: 2, loaded: COUNT - 2 });
  expect(refused.error?.message).toMatch(/2 images cannot be encoded with tiny.*hideUnreadable/);
  expect(refused.failures).toEqual(failures);
  await contents.expect(folder, 'wentu-mini', whole);

  // The second time, only these two are left.
  const changed = await reencode(server, 'tiny', { collection: folder, hideUnreadable: true });
  expect(changed).toMatchObject({ status: 'PARTIAL', error: null, failed: 2, loaded: 0, total: 2, failures });
  const shown = new Map([...whole].filter(([name]) => name !== 'c3.png' && name !== 'c4.png'));
  await contents.expect(folder, 'tiny', shown);
  expect(await spacesOf(server, folder)).toEqual([
    { model: 'tiny', imageCount: COUNT - 2, missingCount: 2, isActive: true },
    { model: 'wentu-mini', imageCount: COUNT, missingCount: 0, isActive: false },
  ]);
  const like = '{ search(query: { imageId: "c3.png" }, collection: "gone") { totalCount } }';
  expect((await server.graphql(like)).errors?.[0]).toMatchObject({
    message: expect.stringContaining('no embedding of tiny') as string,
    extensions: { code: 'NOT_FOUND' },
  });

  // Back again, nothing is hidden.
  expect(await reencode(server, 'wentu-mini', { collection: folder })).toMatchObject({ status: 'SUCCEEDED' });
  await contents.expect(folder, 'wentu-mini', whole);
  await reencode(server, 'tiny', { collection: folder, hideUnreadable: true });
  // A file is back: the same change again encodes it. A load takes the other, which is a new version now.
  await rename(join(base, 'c3.png'), join(base, folder, 'c3.png'));
  expect(await reencode(server, 'tiny', { collection: folder })).toMatchObject({
    status: 'PARTIAL',
    loaded: 1,
    failed: 1,
  });
  await contents.expect(folder, 'tiny', new Map([...shown, ['c3.png', 3]]));
  expect(await server.load(join(base, folder), { collection: folder })).toMatchObject({
    ...{ status: 'SUCCEEDED', loaded: 1, replaced: 1, skipped: COUNT - 1 },
  });
  const last = new Map([...whole, ['c4.png', 90]]);
  await contents.expect(folder, 'tiny', last);
  expect(await reencode(server, 'wentu-mini', { collection: folder })).toMatchObject({
    status: 'SUCCEEDED',
    loaded: 1,
  });
  await contents.expect(folder, 'wentu-mini', last);
});

test('an original that cannot be decoded any more is a failure with its reason', async () => {
  const folder = 'large';
  await put(folder, 'c1.png', 1);
  await writeFile(join(base, folder, 'c2.png'), await picture(2, 400));
  await server.load(join(base, folder), { collection: folder });
  await server.kill('SIGTERM');
  server.env['WENTU_MAX_PIXELS'] = '100000';
  await server.restart();
  expect(await reencode(server, 'tiny', { collection: folder })).toMatchObject({
    ...{ status: 'FAILED', error: { code: 'IMAGES_HIDDEN' } },
    failures: [{ item: 'c2.png', code: 'TOO_LARGE' }],
  });
  expect(await spacesOf(server, folder)).toMatchObject([
    { model: 'wentu-mini', imageCount: 2 },
    { model: 'tiny', missingCount: 1 },
  ]);
  await server.kill('SIGTERM');
  delete server.env['WENTU_MAX_PIXELS'];
  await server.restart();
  expect(await reencode(server, 'tiny', { collection: folder })).toMatchObject({ status: 'SUCCEEDED', loaded: 1 });
});

test('without any readable original the job fails; a collection has one job at a time; a cancelled job changes nothing', async () => {
  const folder = 'lost';
  for (let i = 0; i < 5; i++) await put(folder, `c${i}.png`, i);
  const expected = new Map(Array.from({ length: 5 }, (_, i): [string, number] => [`c${i}.png`, i]));
  await server.load(join(base, folder), { collection: folder });
  await rename(join(base, folder), join(base, 'moved'));
  const failed = await reencode(server, 'tiny', { collection: folder, hideUnreadable: true });
  expect(failed).toMatchObject({ status: 'FAILED', error: { code: 'ALL_FAILED' }, failed: 5 });
  await contents.expect(folder, 'wentu-mini', expected);
  expect(await dropSpace(server, 'tiny', folder)).toBeNull();

  await rename(join(base, 'moved'), join(base, folder));
  await put(folder, held, 50);
  await server.load(join(base, folder), { collection: folder });
  await gate.shut();
  const job = await reencode(server, 'tiny', { collection: folder, wait: false });
  await untilRunning(job.id);
  const second = 'mutation { reencodeCollection(collection: "lost", model: "tiny") { id } }';
  expect((await server.graphql(second)).errors?.[0]).toMatchObject({
    message: expect.stringMatching(/the re-encoding \d+ of collection "lost" has not ended/) as string,
    extensions: { code: 'CONFLICT' },
  });
  expect(await dropSpace(server, 'tiny', folder)).toBe('CONFLICT');
  await server.data(`mutation { cancelLoad(id: "${job.id}") { id } }`);
  await gate.open();
  expect(await server.jobEnded(job.id)).toMatchObject({ status: 'CANCELLED' });
  await contents.expect(folder, 'wentu-mini', expected.set(held, 50));
});

test('copied originals are encoded from the store, when their files are long gone', async () => {
  const folder = 'copied';
  for (let i = 0; i < 5; i++) await put(folder, `c${i}.png`, i);
  await server.load(join(base, folder), { collection: folder, copyImages: true });
  await rm(join(base, folder), { recursive: true });
  expect(await reencode(server, 'tiny', { collection: folder })).toMatchObject({ status: 'SUCCEEDED', loaded: 5 });
  await contents.expect(
    folder,
    'tiny',
    new Map(Array.from({ length: 5 }, (_, i): [string, number] => [`c${i}.png`, i])),
  );
});

test('a collection that is dropped while its model changes is gone', async () => {
  const folder = 'dropped';
  await put(folder, 'c1.png', 1);
  await put(folder, held, 50);
  await server.load(join(base, folder), { collection: folder });
  await gate.shut();
  const job = await reencode(server, 'tiny', { collection: folder, wait: false });
  await untilRunning(job.id);
  // A load that runs, and one that waits for it. The drop cancels all jobs of the collection in one transaction, and
  // the waiting one ends at once: then the others can go on.
  await put('dropped-too', held, 51);
  const running = await server.load(join(base, 'dropped-too'), { collection: folder, wait: false });
  await server.untilJob(running.id, ({ status }) => status === 'RUNNING');
  const waiting = await server.load(join(base, 'dropped-too'), { collection: folder, wait: false });
  const dropping = server.data('mutation { dropCollection(name: "dropped") }');
  expect(await server.jobEnded(waiting.id)).toMatchObject({ status: 'CANCELLED' });
  await gate.open();
  expect(await dropping).toEqual({ dropCollection: true });
  expect(await server.jobEnded(job.id)).toMatchObject({ status: 'CANCELLED' });
  expect(await server.data('{ collection(name: "dropped") { id } }')).toEqual({ collection: null });
});

test('the pages of a search stay with the model of their first page while it is kept', async () => {
  const folder = 'pages';
  for (let i = 0; i < COUNT; i++) await put(folder, `c${i}.png`, i);
  await server.load(join(base, folder), { collection: folder });
  type Page = { edges: { node: { image: { imageId: string } } }[]; pageInfo: { endCursor: string } };
  const pageAfter = async (after: string | null) => {
    const query = `query ($after: String) {
      search(query: { text: "红" }, collection: "pages", first: 10, after: $after) {
        edges { node { image { imageId } } } pageInfo { endCursor }
      }
    }`;
    return await server.graphql<{ search: Page }>(query, { after });
  };
  const ranking = (await server.search('红', folder, COUNT)).map(({ image }) => image.imageId);
  const first = (await pageAfter(null)).data?.search as Page;
  await reencode(server, 'tiny', { collection: folder });
  const idsOf = (page?: Page) => page?.edges.map(({ node }) => node.image.imageId);
  expect(idsOf(first)).toEqual(ranking.slice(0, 10));
  const second = (await pageAfter(first.pageInfo.endCursor)).data?.search as Page;
  expect(idsOf(second)).toEqual(ranking.slice(10, 20));
  await dropSpace(server, 'wentu-mini', folder);
  expect((await pageAfter(second.pageInfo.endCursor)).errors?.[0]).toMatchObject({
    message: expect.stringContaining('dropped after a change of the model') as string,
    extensions: { code: 'INVALID_INPUT' },
  });
});
