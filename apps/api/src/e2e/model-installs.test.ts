import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { TestServer } from './harness';

jest.setTimeout(120_000);

/** A random Chinese-CLIP in the transformers layout. */
const FIXTURE = resolve(__dirname, '../../../../libs/encoder/fixtures/hub-model');
const PATHS = ['config.json', 'preprocessor_config.json', 'vocab.txt', 'onnx/model.onnx'];
const COMMIT = 'a'.repeat(40);
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

const files = new Map<string, Buffer>();
let hub: Server;
let server: TestServer;
/** The large file stops after half of its bytes. */
let holds = false;
const tokens: (string | undefined)[] = [];

beforeAll(async () => {
  for (const path of PATHS) files.set(path, await readFile(join(FIXTURE, path)));
  hub = createServer(answer);
  await new Promise<void>((done) => hub.listen(0, '127.0.0.1', done));
  server = await TestServer.start({
    HF_ENDPOINT: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
    HF_TOKEN: TOKEN,
    NO_PROXY: '*',
  });
});
afterAll(async () => {
  await server.close();
  hub.closeAllConnections();
  hub.close();
});

/** Answers as huggingface.co does, with one repository for each name. */
function answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
  tokens.push(headers.authorization);
  const [, kind] = /^\/api\/models\/owner\/[\w-]+\/(revision|tree)\//.exec(url) ?? [];
  if (kind !== undefined) {
    const tree = [...files].map(([path, bytes]) => {
      const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
      return { type: 'file', path, size: bytes.length, oid };
    });
    response.setHeader('content-type', 'application/json');
    return void response.end(JSON.stringify(kind === 'tree' ? tree : { id: 'owner/name', sha: COMMIT }));
  }
  const path = /^\/owner\/[\w-]+\/resolve\/[^/]+\/(.+)$/.exec(url)?.[1];
  const bytes = files.get(path ?? '');
  if (!bytes) return void response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, {
    ...{ etag: '"one"', 'content-length': bytes.length - from, 'x-repo-commit': COMMIT },
    ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
  });
  if (holds && path === 'onnx/model.onnx') response.write(bytes.subarray(from, bytes.length / 2));
  else response.end(bytes.subarray(from));
}

const call = async (mutation: string, argument: string): Promise<Install> =>
  (await server.data<{ it: Install }>(`mutation { it: ${mutation}(${argument}) { ${FIELDS} } }`)).it;
const installs = async (): Promise<Install[]> =>
  (await server.data<{ modelInstalls: Install[] }>(`{ modelInstalls { ${FIELDS} } }`)).modelInstalls;
async function until(id: string, isReached: (install: Install) => boolean): Promise<Install> {
  for (;;) {
    const install = (await installs()).find((each) => each.id === id);
    if (install && isReached(install)) return install;
    if (install?.state === 'FAILED') throw new Error(String(install.error));
    await sleep(20);
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
    ...{ origin: `hf:owner/name@${COMMIT}`, collections: [], problem: null, recall: [], recallSource: null },
  });
  expect(models[0]).toMatchObject({ name: 'wentu-mini', isDefault: true, isDemonstration: true });
  expect(models.find((model) => model.name === 'cn-clip-vit-b-16')).toMatchObject({
    ...{ isInstalled: false, canBeInstalled: true },
    recall: expect.arrayContaining([{ dataset: 'Flickr30k-CN', at1: 62.7, at5: 86.9, at10: 92.8 }]) as unknown,
    recallSource: expect.stringMatching(/^https:/) as string,
  });
  expect(tokens).toContain(`Bearer ${TOKEN}`);
  expect(JSON.stringify([await installs(), models, server.log])).not.toContain(TOKEN);
});

test('a pause, a restart and a kill keep what came; the others wait; a cancel frees the queue', async () => {
  holds = true;
  const first = await call('installModel', 'name: "hf:owner/first"');
  const second = await call('installModel', 'name: "hf:owner/second"');
  await until(first.id, isHalf);
  expect(await installs()).toMatchObject([{}, { state: 'DOWNLOADING' }, { state: 'QUEUED' }]);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await server.kill(signal);
    await server.restart();
    const left = await installs();
    expect(left.slice(1)).toMatchObject([{ state: 'PAUSED' }, { state: 'PAUSED' }]);
    expect(left.slice(1).every(({ id }) => [first.id, second.id].includes(id))).toBe(true);
    expect(isHalf(left[1] as Install)).toBe(true);
    await call('resumeModelInstall', `id: "${first.id}"`);
    await until(first.id, ({ state }) => state === 'DOWNLOADING');
  }
  expect(await call('pauseModelInstall', `id: "${first.id}"`)).toMatchObject({ state: 'PAUSED' });
  holds = false;
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

test('addresses and folders of the server are refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wentu-model-'));
  await cp(FIXTURE, folder, { recursive: true });
  for (const name of [folder, 'http://127.0.0.1:1/x', '../models/name'])
    expect(
      (await server.graphql('mutation ($name: String!) { installModel(name: $name) { id } }', { name })).errors?.[0],
    ).toMatchObject({ extensions: { code: 'INVALID_INPUT' } });
  await rm(folder, { recursive: true });
});
