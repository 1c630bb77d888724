import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { isActive, type TestServer } from './harness';
import {
  dropSpace,
  reencode,
  spacesOf,
  startWithBoth,
  writeContents,
  WORD,
  type Answers,
  type Model,
} from './reencode-harness';

const COUNT = 150;
let base: string;
let server: TestServer;
let answers: Answers;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'wentu-reencode-'));
  await writeContents(join(base, 'first'), 0, COUNT);
  await writeContents(join(base, 'more'), COUNT, COUNT + 10);
  await writeContents(join(base, 'all'), 0, COUNT + 10);
  ({ server, answers } = await startWithBoth(join(base, 'all')));
  await server.load(join(base, 'first'), { collection: 'c' });
});
afterAll(async () => {
  await server?.close();
  await rm(base, { recursive: true, force: true });
});

const hits = async () => await server.search(WORD, 'c', 1_000);
const space = (model: Model, imageCount: number, missingCount: number, active: boolean) => ({
  ...{ model, imageCount, missingCount, isActive: active },
});

/** The states of a job that its subscription sends, until the job ends. */
async function watched(id: string): Promise<{ status: string; processed: number; total: number | null }[]> {
  const client = createClient({ url: `${server.address.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
  const states: { status: string; processed: number; total: number | null }[] = [];
  const query = `subscription { loadProgress(id: "${id}") { status processed total } }`;
  for await (const { data } of client.iterate<{ loadProgress: (typeof states)[number] }>({ query }))
    if (data) states.push(data.loadProgress);
  await client.dispose();
  return states;
}

test('a collection is searched with its old model until the new one is complete, and never with a mixture', async () => {
  expect(answers.modelOf(await hits())).toBe('wentu-mini');
  const job = await reencode(server, 'tiny', { wait: false });
  expect(job).toMatchObject({ kind: 'REENCODE', model: 'tiny' });
  const watching = watched(job.id);
  const seen: Model[] = [];
  for (let ended = false; !ended;) {
    ended = !isActive(await server.job(job.id));
    const found = await hits();
    expect(found).toHaveLength(COUNT);
    seen.push(answers.modelOf(found));
  }
  // The last search began after the end of the job.
  const change = seen.indexOf('tiny');
  expect(seen.slice(change)).toEqual(seen.slice(change).map(() => 'tiny'));
  expect(seen[0]).toBe('wentu-mini');
  expect(await server.job(job.id)).toMatchObject({ status: 'SUCCEEDED', total: COUNT, loaded: COUNT, failed: 0 });
  const states = await watching;
  expect(states.at(-1)).toEqual({ status: 'SUCCEEDED', processed: COUNT, total: COUNT });
  expect(await spacesOf(server)).toEqual([space('tiny', COUNT, 0, true), space('wentu-mini', COUNT, 0, false)]);
});

test('filters read the attributes of images that were encoded again', async () => {
  const query = `{
    all: search(query: { text: "红" }, collection: "c", filter: { width: { from: 96 } }) { totalCount }
    none: search(query: { text: "红" }, collection: "c", filter: { width: { from: 97 } }) { totalCount }
  }`;
  expect(await server.data(query)).toEqual({ all: { totalCount: COUNT }, none: { totalCount: 0 } });
});

test('a load after the change takes the new model, and skips what is unchanged', async () => {
  expect(await server.load(join(base, 'first'), { collection: 'c' })).toMatchObject({ skipped: COUNT, loaded: 0 });
  expect(await server.load(join(base, 'more'), { collection: 'c' })).toMatchObject({ loaded: 10 });
  expect(answers.modelOf(await hits())).toBe('tiny');
  expect(await spacesOf(server)).toEqual([space('tiny', COUNT + 10, 0, true), space('wentu-mini', COUNT, 10, false)]);
});

test('the way back encodes only what was loaded since, and nothing the second time', async () => {
  expect(await reencode(server, 'wentu-mini')).toMatchObject({ status: 'SUCCEEDED', loaded: 10, total: 10 });
  const back = await hits();
  expect(back).toHaveLength(COUNT + 10);
  expect(answers.modelOf(back)).toBe('wentu-mini');
  for (const model of ['tiny', 'wentu-mini', 'wentu-mini'] as const) {
    expect(await reencode(server, model)).toMatchObject({ status: 'SUCCEEDED', loaded: 0, total: 0 });
    expect(answers.modelOf(await hits())).toBe(model);
  }
});

test('a space that is not active can be dropped; then all is encoded again', async () => {
  expect(await dropSpace(server, 'wentu-mini')).toBe('CONFLICT');
  expect(await dropSpace(server, 'tiny')).toBeNull();
  expect(await dropSpace(server, 'tiny')).toBe('NOT_FOUND');
  expect(await spacesOf(server)).toEqual([space('wentu-mini', COUNT + 10, 0, true)]);
  expect(answers.modelOf(await hits())).toBe('wentu-mini');
  expect(await reencode(server, 'tiny')).toMatchObject({ status: 'SUCCEEDED', loaded: COUNT + 10 });
  expect(answers.modelOf(await hits())).toBe('tiny');
});

test('a restart keeps the model and the kept spaces', async () => {
  await server.kill('SIGTERM');
  await server.restart();
  expect(answers.modelOf(await hits())).toBe('tiny');
  expect(await reencode(server, 'wentu-mini')).toMatchObject({ status: 'SUCCEEDED', loaded: 0 });
  expect(answers.modelOf(await hits())).toBe('wentu-mini');
});

test('unknown models and unknown collections are refused', async () => {
  const codeOf = async (collection: string, model: string) => {
    const mutation = `mutation { reencodeCollection(collection: "${collection}", model: "${model}") { id } }`;
    return (await server.graphql(mutation)).errors?.[0];
  };
  expect(await codeOf('c', 'nothing')).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
  expect(await codeOf('nothing', 'tiny')).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
});
