import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelInstall, ModelInstallState } from '@wentu/domain';
import { ID, startHub, type FakeHub, type Files } from '@wentu/model-catalog/testing';
import { ModelInstalls } from './model-installs';

const FIXTURE = join(__dirname, '../../encoder/fixtures/hub-model');
const FILES = ['config.json', 'preprocessor_config.json', 'vocab.txt', 'onnx/model.onnx'];
const FIRST_BYTES = 50_000;

let dataDir: string;
let hub: FakeHub;
let files: Files;
/** Answers of the storage that have sent only their first bytes. */
let held: ServerResponse[];
let holds: boolean;
const opened: ModelInstalls[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-installs-'));
  [held, holds] = [[], false];
  const found: Record<string, Buffer<ArrayBuffer>> = {};
  for (const path of FILES) found[path] = await readFile(join(FIXTURE, path));
  files = found;
  hub = await startHub(files, {
    meddle(request, response, at) {
      if (at !== 'storage' || !holds || request.headers.range !== undefined) return false;
      const bytes = files['onnx/model.onnx']!;
      response.writeHead(200, { 'content-length': bytes.length, etag: '"held"' });
      response.write(bytes.subarray(0, FIRST_BYTES));
      held.push(response);
      return true;
    },
  });
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function open(): Promise<ModelInstalls> {
  const installs = await ModelInstalls.open({
    settings: { dataDir, modelMirror: null, upright: true, background: 'white' },
    access: {
      proxies: { http: null, https: null, except: null },
      ...{ token: null, endpoint: hub.address, modelScope: null },
    },
    onError: (error) => {
      throw error;
    },
  });
  opened.push(installs);
  return installs;
}

async function until(installs: ModelInstalls, id: string, holdsFor: (install: ModelInstall) => boolean) {
  for (;;) {
    const install = (await installs.list()).find((each) => each.id === id);
    if (install && holdsFor(install)) return install;
    await sleep(10);
  }
}
const isIn =
  (state: ModelInstallState) =>
  (install: ModelInstall): boolean =>
    install.state === state;
const firstBytes = ({ downloadedBytes }: ModelInstall): boolean => downloadedBytes >= FIRST_BYTES;
const partial = (): string => join(dataDir, 'models/.partial/name');
const ranges = (): (string | undefined)[] =>
  hub.asked.filter(({ at }) => at === 'storage').map(({ range }) => range);

test('a repository is installed, with its progress', async () => {
  const installs = await open();
  const queued = await installs.start(ID, null);
  expect(queued).toMatchObject({ source: `hf:${ID}`, name: 'name', error: null });
  const done = await until(installs, queued.id, isIn('SUCCEEDED'));
  expect(done).toMatchObject({ downloadedBytes: done.totalBytes, error: null, bytesPerSecond: null });
  expect(done.totalBytes).toBeGreaterThan(100_000);
  expect(existsSync(join(dataDir, 'models/name/wentu-model.json'))).toBe(true);
  await expect(installs.start(ID, null)).rejects.toMatchObject({ code: 'CONFLICT' });
  for (const call of ['pause', 'resume', 'cancel'] as const)
    await expect(installs[call](done.id)).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('a pause keeps what came, and a resume continues there', async () => {
  holds = true;
  const installs = await open();
  const { id } = await installs.start(`hf:${ID}`, null);
  await until(installs, id, firstBytes);
  expect(await installs.pause(id)).toMatchObject({ state: 'PAUSED', error: null });
  expect(existsSync(partial())).toBe(true);
  holds = false;
  await installs.resume(id);
  await until(installs, id, isIn('SUCCEEDED'));
  expect(ranges()).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
});

test('a cancel removes what came', async () => {
  holds = true;
  const installs = await open();
  const { id } = await installs.start(`hf:${ID}`, null);
  await until(installs, id, firstBytes);
  expect(await installs.cancel(id)).toMatchObject({ state: 'CANCELLED', downloadedBytes: 0 });
  expect(existsSync(partial())).toBe(false);
  expect((await readdir(join(dataDir, 'models'))).filter((name) => !name.startsWith('.'))).toEqual([]);
});

test.each(['after its end', 'after a kill'])('a process %s shows the installation as paused', async (how) => {
  holds = true;
  const first = await open();
  const { id } = await first.start(`hf:${ID}`, null);
  await until(first, id, firstBytes);
  const atKill = await readFile(join(dataDir, 'models/.installs.json'), 'utf8');
  await first.close();
  if (how === 'after a kill') {
    await writeFile(join(dataDir, 'models/.installs.json'), atKill);
    expect(atKill).toContain('DOWNLOADING');
  }
  const second = await open();
  const [left] = await second.list();
  expect(left).toMatchObject({ id, state: 'PAUSED' });
  expect(left?.downloadedBytes).toBeGreaterThanOrEqual(FIRST_BYTES);
  holds = false;
  await second.resume(id);
  await until(second, id, isIn('SUCCEEDED'));
  expect(ranges().at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
});

test('a second installation waits for the first, and the queue is bounded', async () => {
  holds = true;
  const installs = await open();
  const first = await installs.start(`hf:${ID}`, null);
  const second = await installs.start('hf:owner/other', null);
  await until(installs, first.id, firstBytes);
  expect(await installs.list()).toMatchObject([{ state: 'DOWNLOADING' }, { state: 'QUEUED' }]);
  await expect(installs.start(`hf:${ID}`, null)).rejects.toMatchObject({ code: 'CONFLICT' });
  for (let i = 2; i < 20; i++) await installs.start(`hf:owner/more-${i}`, null);
  await expect(installs.start('hf:owner/last', null)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  await installs.cancel(first.id);
  expect(await until(installs, second.id, isIn('FAILED'))).toMatchObject({
    error: expect.stringContaining('owner/other') as string,
  });
});

test.each(['http://127.0.0.1:1/model', '/etc', './folder', 'name', 'hf:owner', 'hf:../x', 'file:///etc', 'cn-clip-rn50'])(
  'the source %s is refused, and nothing is asked',
  async (source) => {
    await expect((await open()).start(source, null)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(hub.asked).toEqual([]);
  },
);
