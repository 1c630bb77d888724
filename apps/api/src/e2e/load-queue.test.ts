import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

jest.setTimeout(180_000);

const MAX_QUEUED = 1_200;
let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await TestServer.start({ WENTU_MAX_QUEUED_LOADS: String(MAX_QUEUED) });
  folder = await mkdtemp(join(tmpdir(), 'wentu-queue-'));
  await writeTree(folder, { '1.png': await picture(1), '2.png': await picture(2), '3.png': await picture(3) });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const load = (collection: string): string =>
  `loadCollection(collection: "${collection}", directory: ${JSON.stringify(folder)}) { id }`;

test('the queue has a limit; a drop cancels all loads of the collection, so they do not create it again', async () => {
  const batch = `mutation { ${Array.from({ length: 30 }, (_, i) => `a${i}: ${load('many')}`).join(' ')} }`;
  let refusal: { message: string; extensions: { code: string } } | undefined;
  // Some loads may have run in the meantime.
  while (!refusal) refusal = (await server.graphql(batch)).errors?.[0];
  expect(refusal).toMatchObject({
    extensions: { code: 'LIMIT_EXCEEDED' },
    message: expect.stringContaining('WENTU_MAX_QUEUED_LOADS') as string,
  });

  const { dropCollection } = await server.data<{ dropCollection: boolean }>(
    'mutation { dropCollection(name: "many") }',
  );
  expect(dropCollection).toBe(true);
  // The oldest load runs first. If an older load had not been cancelled, it would have run before this one.
  expect(await server.load(folder, { collection: 'after' })).toMatchObject({ status: 'SUCCEEDED', loaded: 3 });
  const { collections, loadJobs } = await server.data<{
    collections: { name: string }[];
    loadJobs: { status: string }[];
  }>('{ collections { name } loadJobs(collection: "many", first: 1000) { status } }');
  expect(collections.map(({ name }) => name)).toEqual(['after', 'default']);
  expect(loadJobs.filter(({ status }) => status === 'QUEUED' || status === 'RUNNING')).toEqual([]);
  expect(loadJobs.filter(({ status }) => status === 'CANCELLED').length).toBeGreaterThan(900);
});
