import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';
import { ReadGate } from './read-gate';

const MAX_QUEUED = 60;
let server: TestServer;
let gate: ReadGate;
let folder: string;
beforeAll(async () => {
  gate = await ReadGate.make();
  server = await TestServer.start({ ...gate.env, WENTU_MAX_QUEUED_LOADS: String(MAX_QUEUED) });
  folder = await mkdtemp(join(tmpdir(), 'wentu-queue-'));
  await writeTree(folder, {
    '1.png': await picture(1),
    [`2-${ReadGate.NAME}.png`]: await picture(2),
    '3.png': await picture(3),
  });
});
afterAll(async () => {
  await server.close();
  await gate.remove();
  await rm(folder, { recursive: true, force: true });
});

const load = (collection: string): string =>
  `loadCollection(collection: "${collection}", directory: ${JSON.stringify(folder)}) { id }`;

test('the queue has a limit; a drop cancels all loads of the collection, so they do not create it again', async () => {
  await server.data('mutation { createCollection(name: "many") { name } }');
  const batch = `mutation { ${Array.from({ length: 30 }, (_, i) => `a${i}: ${load('many')}`).join(' ')} }`;
  let refusal: { message: string; extensions: { code: string } } | undefined;
  // The first load waits at the gate, and the others for it.
  while (!refusal) refusal = (await server.graphql(batch)).errors?.[0];
  expect(refusal).toMatchObject({
    extensions: { code: 'LIMIT_EXCEEDED' },
    message: expect.stringContaining('WENTU_MAX_QUEUED_LOADS') as string,
  });

  const dropped = server.data<{ dropCollection: boolean }>('mutation { dropCollection(name: "many") }');
  await gate.open();
  expect(await dropped).toEqual({ dropCollection: true });
  // The oldest load runs first. If an older load had not been cancelled, it would have run before this one.
  expect(await server.load(folder, { collection: 'after' })).toMatchObject({ status: 'SUCCEEDED', loaded: 3 });
  const { collections, loadJobs } = await server.data<{
    collections: { name: string }[];
    loadJobs: { status: string }[];
  }>('{ collections { name } loadJobs(collection: "many", first: 1000) { status } }');
  expect(collections.map(({ name }) => name)).toEqual(['after', 'default']);
  expect(loadJobs.filter(({ status }) => status === 'QUEUED' || status === 'RUNNING')).toEqual([]);
  expect(loadJobs.filter(({ status }) => status === 'CANCELLED').length).toBeGreaterThan(0.9 * MAX_QUEUED);
});
