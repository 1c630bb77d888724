import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';

const WENTU = join(__dirname, '../bin/wentu.js');
const FEW = 12;
const MANY = 60;
const READ_GATE = join(__dirname, '../../../tools/jest/read-gate.cjs');
let base: string;
let port: number;
let server: ChildProcess | undefined;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'wentu-backup-'));
  port = await freePort();
  await writePictures('few', FEW);
  await writePictures('many', MANY);
  // A load of these pictures waits at this one until the gate is open.
  renameSync(join(base, 'many/30.png'), join(base, 'many/30-behind-the-gate.png'));
});
afterAll(async () => {
  await stop();
  rmSync(base, { recursive: true, force: true });
});

test('a backup that is made during a load starts as a server with the same answers and continues the load', async () => {
  await start('data');
  expect((await load('few', true)).status).toBe('SUCCEEDED');
  const before = await search('few');
  expect(before).toHaveLength(FEW);
  const { id } = await load('many', false);

  mkdirSync(join(base, 'data/models/mine'), { recursive: true });
  writeFileSync(join(base, 'data/models/mine/wentu-model.json'), '{}');
  const backup = wentu('data', 'backup', join(base, 'copy'));
  expect(backup).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d MB of database written/) as string });
  expect((await job(id)).status).toBe('RUNNING');
  writeFileSync(join(base, 'gate-is-open'), '');
  expect(readdirSync(join(base, 'copy')).sort()).toEqual(['backup.json', 'models', 'store-id', 'wentu.sqlite']);
  expect(existsSync(join(base, 'copy/models/mine/wentu-model.json'))).toBe(true);
  await settled(id);
  expect(await search('many')).toHaveLength(MANY);
  await stop();

  // The worst case: the original folder and the pictures are deleted.
  rmSync(join(base, 'data'), { recursive: true });
  rmSync(join(base, 'few'), { recursive: true });
  await start('copy');
  expect(await search('few')).toEqual(before);
  const preview = await fetch(`${address()}${before[0]!.image.url}`);
  // The original was a PNG.
  expect([preview.status, preview.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  await settled(id);
  expect(await job(id)).toMatchObject({ status: 'SUCCEEDED', failed: 0 });
  expect(await search('many')).toHaveLength(MANY);
});

test('a folder that is not empty is not changed and gives exit code 2', () => {
  const { code, err } = wentu('copy', 'backup', join(base, 'many'));
  expect([code, err]).toEqual([2, expect.stringMatching(/many is not empty; give an empty folder/)]);
  expect(readdirSync(join(base, 'many'))).toHaveLength(MANY);
});

test('without a database the backup fails and creates no folder', () => {
  expect(wentu('absent', 'backup', join(base, 'none'))).toMatchObject({
    code: 2,
    err: expect.stringMatching(/there is no database .*absent\/wentu\.sqlite to back up/) as string,
  });
  expect(existsSync(join(base, 'none'))).toBe(false);
});

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
function wentu(folder: string, ...args: string[]): Result {
  const { status, stdout, stderr } = spawnSync(process.execPath, [WENTU, ...args], {
    env: environment(folder),
    encoding: 'utf8',
    timeout: 240_000,
  });
  return { code: status, out: stdout, err: stderr };
}

function environment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    WENTU_DATA_DIR: join(base, folder),
    PORT: String(port),
    WENTU_LOAD_ROOTS: base,
    WENTU_SAMPLES: 'off',
    NODE_OPTIONS: `--require ${JSON.stringify(READ_GATE)}`,
    TEST_READ_GATE: join(base, 'gate-is-open'),
  };
}

async function start(folder: string): Promise<void> {
  server = spawn(process.execPath, [WENTU, 'serve'], { env: environment(folder), stdio: 'ignore' });
  const ready = (): Promise<boolean> =>
    fetch(`${address()}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let i = 0; !(await ready()); i++) {
    if (i === 600 || server.exitCode !== null) throw new Error(`no server on ${folder}: ${server.exitCode}`);
    await sleep(100);
  }
}

async function stop(): Promise<void> {
  if (!server || server.exitCode !== null) return;
  const ended = new Promise((done) => server?.once('exit', done));
  server.kill('SIGTERM');
  await ended;
}

const address = (): string => `http://127.0.0.1:${port}`;

async function graphql<T>(query: string): Promise<T> {
  const response = await fetch(`${address()}/graphql`, {
    method: 'POST',
    // While a command runs, this process does not see that the server has closed an idle connection.
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

interface Job {
  readonly id: string;
  readonly status: string;
  readonly failed: number;
}
async function load(name: string, wait: boolean): Promise<Job> {
  const directory = JSON.stringify(join(base, name));
  const { loadCollection } = await graphql<{ loadCollection: Job }>(
    `mutation { loadCollection(directory: ${directory}, collection: "${name}", wait: ${wait}) { id status failed } }`,
  );
  // A backup before the load starts would contain only the earlier rows.
  while (!wait && (await job(loadCollection.id)).status === 'QUEUED') await sleep(20);
  return loadCollection;
}

async function job(id: string): Promise<Job> {
  return (await graphql<{ loadJob: Job }>(`{ loadJob(id: "${id}") { id status failed } }`)).loadJob;
}

async function settled(id: string): Promise<void> {
  while (['QUEUED', 'RUNNING'].includes((await job(id)).status)) await sleep(100);
}

interface Hit {
  readonly distance: number;
  readonly image: { readonly id: string; readonly imageId: string; readonly url: string };
}
async function search(collection: string): Promise<Hit[]> {
  const { searchImages } = await graphql<{ searchImages: Hit[] }>(
    `{ searchImages(text: "红色", collection: "${collection}", topK: 1000) { distance image { id imageId url } } }`,
  );
  return searchImages;
}

async function writePictures(folder: string, count: number): Promise<void> {
  mkdirSync(join(base, folder));
  for (let i = 0; i < count; i++) {
    const background = { r: (i * 53) % 256, g: (i * 97) % 256, b: (i * 31) % 256 };
    await sharp({ create: { width: 320, height: 240, channels: 3, background } })
      .png()
      .toFile(join(base, folder, `${i}.png`));
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port: free } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return free;
}
