import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { TestServer } from './harness';
import { HUB_COMMIT, HUB_MODEL, ModelHub } from './model-hub';

const TOKEN = 'hf_secretOfTheServer';
const FIELDS = 'id source name state downloadedBytes totalBytes bytesPerSecond waitingFor error';

interface Install {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly downloadedBytes: number;
  readonly totalBytes: number | null;
  readonly error: string | null;
}

let hub: ModelHub;
let server: TestServer;

beforeAll(async () => {
  hub = await ModelHub.start();
  server = await TestServer.start({ HF_ENDPOINT: hub.address, HF_TOKEN: TOKEN, NO_PROXY: '*' });
});
afterAll(async () => {
  await server.close();
  hub.close();
});

const call = async (mutation: string, argument: string): Promise<Install> =>
  (await server.data<{ it: Install }>(`mutation { it: ${mutation}(${argument}) { ${FIELDS} } }`)).it;
const installs = async (): Promise<Install[]> =>
  (await server.data<{ modelInstalls: Install[] }>(`{ modelInstalls { ${FIELDS} } }`)).modelInstalls;
async function until(id: string, isReached: (install: Install) => boolean): Promise<Install> {
  for (;;) {
    const install = (await installs()).find((each) => each.id === id);
    if (install && isReached(install)) return install;
    if (install?.state === 'FAILED') throw new Error(String(install.error));
    await sleep(50);
  }
}
const isDone = ({ state }: Install): boolean => state === 'SUCCEEDED';
const isHalf = ({ downloadedBytes, totalBytes }: Install): boolean => downloadedBytes > (totalBytes ?? Infinity) / 3;

test('a model is installed while the server serves, watched, and listed; the token is never shown', async () => {
  const socket = createClient({ url: `${server.address.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
  const states = socket.iterate<{ modelInstallChanged: Install }>({
    query: `subscription { modelInstallChanged { ${FIELDS} } }`,
  });
  const { id, name } = await call('installModel', 'name: "hf:owner/name"');
  expect(name).toBe('name');
  let last: Install | undefined;
  for await (const { data } of states) {
    last = data?.modelInstallChanged;
    if (last?.state === 'SUCCEEDED') break;
    expect(last?.state).not.toBe('FAILED');
  }
  expect(last).toMatchObject({ id, downloadedBytes: last?.totalBytes, error: null });
  await socket.dispose();
  const { models } = await server.data<{ models: { name: string }[] }>(
    '{ models { name isInstalled isDefault isDemonstration canBeInstalled dimension origin collections problem recall { dataset at1 at5 at10 } recallSource } }',
  );
  expect(models.find((model) => model.name === 'name')).toMatchObject({
    ...{ isInstalled: true, isDefault: false, isDemonstration: false, canBeInstalled: false, dimension: 16 },
    ...{ origin: `hf:owner/name@${HUB_COMMIT}`, collections: [], problem: null, recall: [], recallSource: null },
  });
  expect(models[0]).toMatchObject({ name: 'wentu-mini', isDefault: true, isDemonstration: true });
  expect(models.find((model) => model.name === 'cn-clip-vit-b-16')).toMatchObject({
    ...{ isInstalled: false, canBeInstalled: true },
    recall: expect.arrayContaining([{ dataset: 'Flickr30k-CN', at1: 62.7, at5: 86.9, at10: 92.8 }]) as unknown,
    recallSource: expect.stringMatching(/^https:/) as string,
  });
  expect(hub.tokens).toContain(`Bearer ${TOKEN}`);
  expect(JSON.stringify([await installs(), models, server.log])).not.toContain(TOKEN);
});

const FACTS = 'name isInstalled isDefault languages title { zh } memoryBytes imagesPerSecond textMs collections';
interface Facts {
  readonly name: string;
  readonly isDefault: boolean;
  readonly imagesPerSecond: number | null;
  readonly textMs: number | null;
}
const models = async (): Promise<Facts[]> => (await server.data<{ models: Facts[] }>(`{ models { ${FACTS} } }`)).models;
const codeOf = async (operation: string): Promise<unknown> =>
  (await server.graphql(operation)).errors?.[0]?.extensions?.['code'];

/** The shipped model with its speeds. */
let measured: Facts | undefined;

test('installed models are measured after the first request', async () => {
  let listed = await models();
  while (listed.some((each) => ['wentu-mini', 'name'].includes(each.name) && each.textMs === null)) {
    await sleep(200);
    listed = await models();
  }
  const [mini] = listed;
  expect(mini).toMatchObject({
    ...{ name: 'wentu-mini', languages: ['zh'], memoryBytes: expect.any(Number) as number },
    ...{ imagesPerSecond: expect.any(Number) as number, textMs: expect.any(Number) as number },
    title: { zh: expect.stringContaining('文图') as string },
  });
  expect(listed.find(({ name }) => name === 'cn-clip-vit-b-16')).toMatchObject({ textMs: null, languages: ['zh'] });
  measured = mini;
  const { recommendedModel } = await server.data<{ recommendedModel: unknown }>(
    '{ recommendedModel { model { name canBeInstalled recall { dataset } } limitedBy machineMemoryBytes machineCores hasGpu } }',
  );
  expect(recommendedModel).toMatchObject({ model: { canBeInstalled: true }, hasGpu: false });
});

test('a pause, a restart and a kill keep what came, and the speeds of the models; the others wait; a cancel frees the queue', async () => {
  hub.holds = true;
  const first = await call('installModel', 'name: "hf:owner/first"');
  const second = await call('installModel', 'name: "hf:owner/second"');
  await until(first.id, isHalf);
  expect(await installs()).toMatchObject([{}, { state: 'DOWNLOADING' }, { state: 'QUEUED' }]);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await server.kill(signal);
    await server.restart();
    // This process does not measure again.
    expect((await models())[0]).toEqual(measured);
    const left = await installs();
    expect(left.slice(1)).toMatchObject([{ state: 'PAUSED' }, { state: 'PAUSED' }]);
    expect(left.slice(1).every(({ id }) => [first.id, second.id].includes(id))).toBe(true);
    expect(isHalf(left[1] as Install)).toBe(true);
    await call('resumeModelInstall', `id: "${first.id}"`);
    await until(first.id, ({ state }) => state === 'DOWNLOADING');
  }
  expect(await call('pauseModelInstall', `id: "${first.id}"`)).toMatchObject({ state: 'PAUSED' });
  hub.holds = false;
  await call('resumeModelInstall', `id: "${second.id}"`);
  await until(second.id, isDone);
  expect(await call('cancelModelInstall', `id: "${first.id}"`)).toMatchObject({
    state: 'CANCELLED',
    downloadedBytes: 0,
  });
  expect((await server.graphql(`mutation { pauseModelInstall(id: "${first.id}") { id } }`)).errors?.[0]).toMatchObject({
    extensions: { code: 'CONFLICT' },
  });
});

test('a model can be the default after the next start; neither that one nor a needed one can be removed', async () => {
  const collection =
    '{ mini: collection(name: "default") { isDemonstration modelState } made: collection(name: "made") { isDemonstration modelState } }';
  const chosen = await server.data<{ it: Facts[] }>(
    'mutation { it: setDefaultModel(name: "name") { name isDefault } }',
  );
  expect(chosen.it.filter(({ isDefault }) => isDefault)).toMatchObject([{ name: 'name' }]);
  expect(await codeOf('mutation { removeModel(name: "name") { name } }')).toBe('CONFLICT');
  await server.kill('SIGTERM');
  await server.restart();
  await server.data('mutation { createCollection(name: "made") { name } }');
  await server.data('mutation { setDefaultModel(name: "wentu-mini") { name } }');
  // The server's own model until the next start.
  expect(await codeOf('mutation { removeModel(name: "name") { name } }')).toBe('CONFLICT');
  await server.kill('SIGTERM');
  server.env['WENTU_MODEL'] = 'wentu-mini';
  await server.restart();
  // The setting is stronger than a choice.
  expect(await codeOf('mutation { setDefaultModel(name: "wentu-mini") { name } }')).toBe('CONFLICT');
  expect(await server.data(collection)).toEqual({
    mini: { isDemonstration: true, modelState: 'OPEN' },
    made: { isDemonstration: false, modelState: 'CLOSED' },
  });
  expect(await server.data('mutation { openModel(collection: "made") }')).toEqual({ openModel: 'OPENING' });
  const stateOf = async (): Promise<string> =>
    (await server.data<{ made: { modelState: string } }>(collection)).made.modelState;
  while ((await stateOf()) !== 'OPEN') await sleep(20);
  // It makes the same embeddings, so it can be removed, and then the other one is needed.
  await server.data('mutation { removeModel(name: "second") { name } }');
  const refused = (await server.graphql('mutation { removeModel(name: "name") { name } }')).errors?.[0];
  expect(refused).toMatchObject({
    extensions: { code: 'CONFLICT' },
    message: expect.stringContaining('"made"') as string,
  });
  for (const [name, code] of [
    ['wentu-mini', 'CONFLICT'],
    ['nobody', 'NOT_FOUND'],
  ] as const)
    expect(await codeOf(`mutation { removeModel(name: "${name}") { name } }`)).toBe(code);
  await server.data('mutation { dropCollection(name: "made") }');
  const { it: left } = await server.data<{ it: Facts[] }>('mutation { it: removeModel(name: "name") { name } }');
  expect(left.map(({ name }) => name)).not.toContain('name');
  expect(await codeOf('mutation { openModel(collection: "made") }')).toBe('NOT_FOUND');
});

test('addresses and folders of the server are refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wentu-model-'));
  await cp(HUB_MODEL, folder, { recursive: true });
  for (const name of [folder, 'http://127.0.0.1:1/x', '../models/name'])
    expect(
      (await server.graphql('mutation ($name: String!) { installModel(name: $name) { id } }', { name })).errors?.[0],
    ).toMatchObject({ extensions: { code: 'INVALID_INPUT' } });
  await rm(folder, { recursive: true });
});
