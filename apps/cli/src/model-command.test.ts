import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';

const WENTU = join(__dirname, '../bin/wentu.js');
const MINI = join(__dirname, '../../../models/wentu-mini');
let base: string;
let data: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'wentu-models-'));
  data = join(base, 'data');
});
const closing: (() => void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await rm(base, { recursive: true, force: true });
});

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
function start(env: NodeJS.ProcessEnv, ...args: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [WENTU, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], WENTU_DATA_DIR: data, WENTU_SAMPLES: 'off', ...env },
    timeout: 240_000,
  });
}
/** Not spawnSync, because the servers of these tests run in this process. */
async function wentuWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Result> {
  return await resultOf(start(env, ...args));
}
async function resultOf(child: ChildProcessWithoutNullStreams): Promise<Result> {
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, out, err };
}
/** Serves the files of the shipped model under /mini/. `meddle` may answer instead; then it returns true. */
async function serveMini(
  meddle: (request: IncomingMessage, response: ServerResponse, bytes: Buffer) => boolean = () => false,
): Promise<{ url: string; ranges: string[] }> {
  const ranges: string[] = [];
  const server = createServer((request, response) => {
    const name = /^\/mini\/([\w.-]+)$/.exec(request.url ?? '')?.[1] ?? 'none';
    void readFile(join(MINI, name)).then(
      (bytes) => {
        const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
        if (from > 0) ranges.push(`${name} ${from}`);
        if (meddle(request, response, bytes)) return;
        const end = bytes.length - 1;
        response.writeHead(from > 0 ? 206 : 200, {
          etag: '"one"',
          'content-length': bytes.length - from,
          ...(from > 0 ? { 'content-range': `bytes ${from}-${end}/${bytes.length}` } : {}),
        });
        response.end(bytes.subarray(from));
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mini/wentu-model.json`, ranges };
}
const wentu = (...args: string[]): Promise<Result> => wentuWith({}, ...args);
const containing = (text: string): string => expect.stringContaining(text) as string;

/** The entries of the models' folder, without the folders for locks and downloads. */
const remaining = async (): Promise<string[]> =>
  (await readdir(join(data, 'models'))).filter((name) => !['.locks', '.partial'].includes(name));

/** Resolves when this many bytes of image.onnx are on the disk of the downloader. */
async function waitForPartial(sizeBytes: number): Promise<void> {
  const path = join(data, 'models/.partial/far/files/image.onnx');
  const sizeNow = (): Promise<number> =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    );
  for (let i = 0; i < 600 && (await sizeNow()) < sizeBytes; i++) await sleep(50);
}

interface Listed {
  name: string;
  installed: boolean;
  inUse: boolean;
  shipped: boolean;
  dimension: number;
  license: string;
}
const list = async (env: NodeJS.ProcessEnv = {}): Promise<Listed[]> =>
  JSON.parse((await wentuWith(env, 'model', 'list', '--json')).out) as Listed[];

test('a model in a folder is added, listed, chosen, verified and removed', async () => {
  const halves = async (): Promise<string[]> =>
    (await readdir(join(data, 'models')).catch(() => [])).filter((entry) => entry.startsWith('.mini-two-'));
  const killed = start({}, 'model', 'add', MINI, '--name', 'mini-two');
  const ended = once(killed, 'exit');
  while ((await halves()).length === 0 && killed.exitCode === null) await sleep(1);
  killed.kill('SIGKILL');
  await ended;
  expect(await halves()).toHaveLength(1);
  expect(await wentu('model', 'add', MINI, '--name', 'mini-two')).toMatchObject({
    code: 0,
    out: containing('added mini-two (768-d'),
  });
  expect(await halves()).toEqual([]);
  expect(await list()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'wentu-mini', inUse: true, shipped: true }),
      expect.objectContaining({
        name: 'mini-two',
        inUse: false,
        shipped: false,
        dimension: 768,
        license: 'Apache-2.0',
      }),
    ]),
  );
  expect((await wentu('model', 'use', 'mini-two')).out).toMatch(/of new collections from the next start on/);
  expect((await list()).find((model) => model.inUse)).toMatchObject({ name: 'mini-two' });
  expect(await wentu('model', 'verify', 'mini-two')).toMatchObject({
    code: 0,
    out: containing('mini-two: every file is intact'),
  });

  const vocabulary = join(data, 'models/mini-two/vocab.txt');
  const file = await open(vocabulary, 'r+');
  await file.write(Buffer.from('?'), 0, 1, 100);
  await file.close();
  expect(await wentu('model', 'verify', 'mini-two')).toMatchObject({
    code: 2,
    err: containing(`${vocabulary} has SHA-256`),
  });
  // A start compares only sizes, so `use` verifies every file.
  expect(await wentu('model', 'use', 'mini-two')).toMatchObject({ code: 2, err: containing('has SHA-256') });
  const all = await wentu('model', 'verify');
  expect(all).toMatchObject({ code: 1, out: containing('wentu-mini: every'), err: containing(vocabulary) });

  expect(await wentu('model', 'remove', 'mini-two')).toMatchObject({
    code: 2,
    err: containing('choose another one first'),
  });
  expect((await wentu('model', 'use', 'wentu-mini')).code).toBe(0);
  expect(await wentu('model', 'remove', 'mini-two')).toMatchObject({ code: 0, out: 'removed mini-two\n' });
  expect(await wentu('model', 'verify', 'mini-two')).toMatchObject({ code: 2, err: containing('wentu model list') });
  expect(await remaining()).toEqual([]);
});

test('an impossible command gives the reason and changes nothing', async () => {
  const broken = join(base, 'broken');
  await cp(MINI, broken, { recursive: true });
  await writeFile(join(broken, 'vocab.txt'), (await readFile(join(broken, 'vocab.txt'))).fill(65, 10, 11));
  for (const [args, message] of [
    [['add', broken, '--name', 'broken'], 'vocab.txt has SHA-256'],
    [['add', MINI], 'a model named wentu-mini is shipped with Wentu; give another name'],
    [['add', MINI, '--name', '../mini'], '"../mini" cannot be the name of a model'],
    [['add', join(base, 'nowhere')], 'there is no folder'],
    [['use', 'nobody'], 'no model named "nobody" is installed'],
    [['remove', 'wentu-mini'], 'is shipped with Wentu'],
  ] as const) {
    expect(await wentu('model', ...args)).toMatchObject({ code: 2, err: containing(message) });
  }
  expect(await remaining()).toEqual([]);
});

test('a model folder without a model is shown as broken and can be removed', async () => {
  await mkdir(join(data, 'models/empty'), { recursive: true });
  await mkdir(join(data, 'models/.removed-by-a-process-that-was-killed'));
  expect(await list()).toContainEqual(
    expect.objectContaining({ name: 'empty', problem: containing('wentu-model.json cannot be read') }),
  );
  expect(await wentu('model', 'add', MINI, '--name', 'empty')).toMatchObject({
    code: 2,
    err: containing('wentu model remove empty'),
  });
  expect((await wentu('model', 'remove', 'empty')).code).toBe(0);
  expect((await wentu('model', 'add', MINI, '--name', 'empty')).code).toBe(0);
  expect(await readdir(join(data, 'models'))).not.toContain('.removed-by-a-process-that-was-killed');
});

test('a name that cannot be downloaded may be a local folder', async () => {
  await cp(MINI, join(base, 'cn-clip-rn50'), { recursive: true });
  const here = start({}, 'model', 'add', 'cn-clip-rn50');
  expect((await resultOf(here)).err).toContain('make one with tools/export-chinese-clip');
  const there = spawn(process.execPath, [WENTU, 'model', 'add', 'cn-clip-rn50', '--name', 'own'], {
    cwd: base,
    env: { PATH: process.env['PATH'], WENTU_DATA_DIR: data },
  });
  expect(await resultOf(there)).toMatchObject({ code: 0, out: containing('added own (768-d') });
});

test('an impossible data folder is exit code 3 with the operation and the path', async () => {
  const file = join(base, 'file');
  await writeFile(file, '');
  for (const args of [
    ['add', MINI, '--name', 'mini-two'],
    ['use', 'wentu-mini'],
  ]) {
    expect(await wentuWith({ WENTU_DATA_DIR: join(file, 'data') }, 'model', ...args)).toMatchObject({
      code: 3,
      err: expect.stringMatching(/file\/data.*failed \(ENOTDIR\); check that its folder exists/) as string,
    });
  }
});

test('WENTU_MODEL overrides the choice, and the error of a missing chosen model gives the remedy', async () => {
  await wentu('model', 'add', MINI, '--name', 'mini-two');
  const use = await wentuWith({ WENTU_MODEL: 'wentu-mini' }, 'model', 'use', 'mini-two');
  expect(use.out).toContain('WENTU_MODEL is set to wentu-mini here');
  expect((await list({ WENTU_MODEL: 'wentu-mini' })).find((model) => model.inUse)?.name).toBe('wentu-mini');
  await rm(join(data, 'models/mini-two'), { recursive: true });
  expect(await wentu('collections')).toMatchObject({ code: 2, err: containing('wentu model use wentu-mini') });
});

test('a collection keeps its model, and gives INDEX_MISMATCH with the remedy when that is removed', async () => {
  const photos = await mkdtemp(join(base, 'photos-'));
  await sharp({ create: { width: 64, height: 48, channels: 3, background: '#d00' } })
    .png()
    .toFile(join(photos, 'red.png'));
  expect((await wentu('load', photos, '-c', 'ours')).code).toBe(0);

  const other = join(base, 'other');
  await cp(MINI, other, { recursive: true });
  const description = join(other, 'wentu-model.json');
  const manifest = JSON.parse(await readFile(description, 'utf8')) as object;
  await writeFile(description, JSON.stringify({ ...manifest, name: 'other', space: 'other-space' }));
  expect((await wentu('model', 'add', other)).code).toBe(0);
  await wentu('model', 'use', 'other');
  expect((await wentu('load', photos, '-c', 'theirs')).code).toBe(0);
  const models = async (): Promise<unknown> => JSON.parse((await wentu('collections', '--json')).out);
  expect(await models()).toMatchObject([
    { name: 'default', model: 'wentu-mini' },
    { name: 'ours', model: 'wentu-mini' },
    { name: 'theirs', model: 'other' },
  ]);
  expect((await wentu('search', '红色', '-c', 'ours')).out).toContain('red.png');
  await wentu('model', 'use', 'wentu-mini');
  expect((await wentu('search', '红色', '-c', 'theirs')).out).toContain('red.png');
  expect((await wentu('load', photos, '-c', 'theirs')).out).toMatch(/^succeeded: 0 loaded/);

  expect((await wentu('model', 'add', other, '--name', 'twin')).code).toBe(0);
  // Its collections are searched with the other one.
  expect((await wentu('model', 'remove', 'other')).code).toBe(0);
  expect((await wentu('search', '红色', '-c', 'theirs')).out).toContain('red.png');
  const refused = await wentu('model', 'remove', 'twin');
  expect([refused.code, refused.err]).toEqual([2, containing('the model twin is needed by "theirs"')]);
  expect((await wentu('search', '红色', '-c', 'theirs')).out).toContain('red.png');
  // A damaged model may be removed, so that it can be installed again.
  const file = await open(join(data, 'models/twin/text.onnx'), 'r+');
  await file.write(Buffer.from([1, 2, 3]), 0, 3, 5_000);
  await file.close();
  expect((await wentu('model', 'remove', 'twin')).code).toBe(0);
  for (const args of [
    ['search', '红色', '-c', 'theirs'],
    ['load', photos, '-c', 'theirs'],
  ]) {
    const { code, err } = await wentu(...args);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/other embeddings .*no installed model makes those.*wentu model add.*wentu reencode/),
    ]);
  }
});

test('a model is downloaded over a broken connection, used, verified, found broken and removed', async () => {
  let broken = false;
  const { url, ranges } = await serveMini((request, response, bytes) => {
    if (broken || request.url !== '/mini/image.onnx') return false;
    broken = true;
    response.writeHead(200, { 'content-length': bytes.length, etag: '"one"' });
    response.write(bytes.subarray(0, 3_000_000));
    void waitForPartial(3_000_000).then(() => response.destroy());
    return true;
  });
  expect(await wentu('model', 'add', url, '--name', 'far')).toMatchObject({
    code: 0,
    out: containing('added far (768-d'),
    err: expect.stringMatching(/^Wentu model; 4 files, \d+\.\d MB\n/) as string,
  });
  expect(ranges).toEqual(['image.onnx 3000000']);
  expect(await readdir(join(data, 'models/.partial'))).toEqual([]);
  expect((await wentu('model', 'use', 'far')).code).toBe(0);
  expect((await wentu('collections')).code).toBe(0);
  expect((await list()).filter((model) => model.installed).map(({ name, inUse }) => [name, inUse])).toEqual([
    ['wentu-mini', false],
    ['far', true],
  ]);
  expect((await wentu('model', 'verify', 'far')).code).toBe(0);
  const file = await open(join(data, 'models/far/text.onnx'), 'r+');
  await file.write(Buffer.from([1, 2, 3]), 0, 3, 5_000);
  await file.close();
  expect(await wentu('model', 'verify', 'far')).toMatchObject({
    code: 2,
    err: containing('far/text.onnx has SHA-256'),
  });
  await wentu('model', 'use', 'wentu-mini');
  expect((await wentu('model', 'remove', 'far')).code).toBe(0);
});

test('Ctrl-C keeps the downloaded part, two processes cannot add one name, and the same command continues', async () => {
  let stalls = true;
  const { url, ranges } = await serveMini((request, response, bytes) => {
    if (!stalls || request.url !== '/mini/image.onnx') return false;
    response.writeHead(200, { 'content-length': bytes.length, etag: '"one"' }).write(bytes.subarray(0, 1_000_000));
    return true;
  });
  const first = start({}, 'model', 'add', url, '--name', 'far');
  let err = '';
  first.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise((done) => first.once('close', done));
  await waitForPartial(1_000_000);
  expect(await wentu('model', 'add', url, '--name', 'far')).toMatchObject({
    code: 2,
    err: containing('another process is adding the model far'),
  });
  first.kill('SIGINT');
  expect([await ended, err]).toEqual([1, containing('the downloaded part is kept')]);
  expect((await list()).find(({ name }) => name === 'far')).toBeUndefined();
  stalls = false;
  expect((await wentu('model', 'add', url, '--name', 'far')).code).toBe(0);
  expect(ranges).toEqual(['image.onnx 1000000']);
});

test('the catalogue, a mirror and a proxy: the error of a missing file says what to do by hand', async () => {
  const catalogue = (await list()).filter((model) => !model.installed);
  expect(catalogue).toHaveLength(10);
  expect(catalogue).toContainEqual(
    expect.objectContaining({
      name: 'cn-clip-vit-b-16',
      dimension: 512,
      install: 'wentu model add cn-clip-vit-b-16',
      recall: expect.objectContaining({ flickr30kCn: [62.7, 86.9, 92.8] }) as unknown,
    }),
  );
  expect((await wentu('model', 'list')).out).toMatch(
    /\* wentu-mini .*shipped\n[^]*cn-clip-rn50 .*tools\/export-chinese-clip/,
  );
  const mirror = new URL((await serveMini()).url).origin;
  const missing = await wentuWith({ WENTU_MODEL_MIRROR: mirror }, 'model', 'add', 'cn-clip-vit-b-16');
  expect(missing).toMatchObject({ code: 2, err: containing(`${mirror}/Xenova/chinese-clip-vit-base-patch16/`) });

  const tunnels: string[] = [];
  const proxy = createServer().on('connect', (request: IncomingMessage, socket: Socket) => {
    tunnels.push(request.url ?? '');
    const upstream = connect(Number(new URL(mirror).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    for (const end of [socket, upstream]) end.on('error', () => upstream.destroy());
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  closing.push(() => proxy.close());
  const HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const source = 'http://models.test/mini/wentu-model.json';
  expect(await wentuWith({ HTTP_PROXY }, 'model', 'add', source, '--name', 'far')).toMatchObject({ code: 0 });
  expect(tunnels[0]).toBe('models.test:80');

  const offline = await wentu('model', 'add', 'cn-clip-vit-b-16', '--mirror', 'http://127.0.0.1:9');
  expect(offline).toMatchObject({ code: 3, err: containing('online') });
  expect(offline.err).toMatch(/By hand: [^]*wentu model add FOLDER:\n[^]*onnx\/model\.onnx {2}http:\/\/127/);
});

test('the hub, its token and ModelScope come from the environment; a wait is reported', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    if (asked.length === 1) response.writeHead(429, { ratelimit: '"api";r=0;t=2' }).end();
    else response.writeHead(401).end('{"error":"Invalid username or password."}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => server.close());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { HF_ENDPOINT: address, HF_TOKEN: 'hf_secret', LC_ALL: 'zh_CN.UTF-8' };
  const mistyped = await wentuWith(env, 'model', 'add', 'hf:owner/nmae');
  expect(mistyped).toMatchObject({ code: 2, err: containing('等待 2 秒：') });
  expect(mistyped.err).toContain('没有仓库 owner/nmae，或者它不公开');
  expect(mistyped.err).not.toContain('hf_secret');
  expect(asked).toEqual(Array(2).fill('/api/models/owner/nmae/revision/main?expand=sha Bearer hf_secret'));
  const onModelScope = await wentuWith({ MODELSCOPE_ENDPOINT: address }, 'model', 'add', 'modelscope:owner/nmae');
  expect(onModelScope.err).toContain('answered 401');
  expect(asked[2]).toBe('/api/v1/models/owner/nmae/repo/files?Recursive=True undefined');
});
