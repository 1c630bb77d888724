import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { isActive, STORES, TestServer, type GraphqlAnswer } from './harness';
import { picture, writeTree } from './pictures';
import { ReadGate } from './read-gate';

const PICTURES = 12;
const LOAD =
  'mutation ($directory: String!, $collection: String!, $wait: Boolean!) { loadCollection(directory: $directory, collection: $collection, wait: $wait) { id status loaded failed } }';
const UNAVAILABLE = [{ extensions: { code: 'UNAVAILABLE' } }];
const HAS_PRLIMIT = spawnSync('prlimit', ['--version']).status === 0;
if (!HAS_PRLIMIT) process.stderr.write('SKIPPED: a process without file handles; prlimit (util-linux) is missing\n');

let pictures: string;
let gate: ReadGate;
beforeAll(async () => {
  gate = await ReadGate.make();
  pictures = await mkdtemp(join(tmpdir(), 'wentu-faults-'));
  for (let i = 0; i < PICTURES; i++) await writeTree(pictures, { [`held/${i}.png`]: await picture(i) });
  await writeTree(pictures, { [`held/1-${ReadGate.NAME}.png`]: await picture(99), 'few/a.png': await picture(100) });
});
afterAll(async () => {
  await gate.remove();
  await rm(pictures, { recursive: true, force: true });
});

(HAS_PRLIMIT && STORES.length === 0 ? describe : describe.skip)('a process without file handles', () => {
  let server: TestServer;
  let crowd: Crowd | null = null;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  beforeAll(async () => {
    server = await TestServer.start(gate.env);
  });
  afterAll(async () => {
    agent.destroy();
    await server.close();
  });

  test('says so, answers what needs none, keeps its load, and goes on when it has handles again', async () => {
    await server.load(join(pictures, 'few'), { collection: 'few' });
    const [hit] = await server.search('圆', 'few');
    const { loadCollection } = await server.data<{ loadCollection: { id: string } }>(LOAD, {
      ...{ directory: join(pictures, 'held'), collection: 'held', wait: false },
    });
    await server.untilJob(loadCollection.id, ({ status }) => status === 'RUNNING');
    // This connection stays: a client that comes later finds no handle.
    expect(await send('GET', '/healthz')).toMatchObject({ status: 200 });
    const awake = setInterval(() => void send('GET', '/healthz').catch(() => undefined), 1_000);
    const another = await picture(101);

    limitHandles(openHandles() + 1);
    crowd = new Crowd(Number(new URL(server.address).port), 60);
    try {
      await sleep(200);
      expect(await send('GET', '/healthz')).toMatchObject({ status: 200 });
      const search = '{ searchImages(text: "圆", collection: "few") { image { id } } }';
      expect(await graphql(search)).toEqual({ data: { searchImages: [{ image: { id: hit?.image.id } }] } });
      await untilNoneIsFree();
      const put = await send('PUT', '/collections/few/images/b.png', another);
      expect([put.status, JSON.parse(put.body)]).toMatchObject([503, { errors: UNAVAILABLE }]);
      expect(put.body).toContain('ulimit -n');
      // The server may close a connection whose body it did not read.
      expect(await send('GET', '/healthz')).toMatchObject({ status: 200 });
      await untilNoneIsFree();
      const again = { directory: join(pictures, 'few'), collection: 'few', wait: true };
      expect(await graphql(LOAD, again)).toMatchObject({ errors: UNAVAILABLE });
      // The load goes on only as far as it has handles; no picture gets the blame.
      await gate.open();
      expect(await ended(loadCollection.id)).toMatchObject({
        ...{ status: 'FAILED', failed: 0 },
        error: { code: 'UNAVAILABLE', message: expect.stringContaining('ulimit -n') as string },
      });
    } finally {
      clearInterval(awake);
      crowd.leave();
      crowd = null;
    }
    limitHandles(1_024);
    // Connections that found no handle are reset.
    await server.untilAnswers();
    const held = await server.load(join(pictures, 'held'), { collection: 'held' });
    expect([held.status, held.loaded + held.skipped, held.failed]).toEqual(['SUCCEEDED', PICTURES + 1, 0]);
    expect(await send('PUT', '/collections/few/images/b.png', another)).toMatchObject({ status: 201 });
    expect(await server.search('圆', 'held', 100)).toHaveLength(PICTURES + 1);
  });

  /** A handle of another connection may become free before the crowd has it. */
  async function untilNoneIsFree(): Promise<void> {
    let refused: GraphqlAnswer<object> = {};
    for (let i = 0; i < 100 && !refused.errors; i++) refused = await graphql('mutation { createUpload { id } }');
    expect(refused).toMatchObject({ errors: UNAVAILABLE });
  }

  async function ended(id: string): Promise<object> {
    const query = `{ loadJob(id: "${id}") { status failed error { code message } failures(first: 3) { item code message } } }`;
    for (;;) {
      const { loadJob } = (await graphql(query)).data as { loadJob: { status: string } };
      if (!isActive(loadJob)) return loadJob;
      await sleep(100);
    }
  }

  function openHandles(): number {
    return readdirSync(`/proc/${server.pid}/fd`).length;
  }

  /** A handle has the lowest free number, and the limit is for this number. */
  function limitHandles(count: number): void {
    execFileSync('prlimit', ['--pid', String(server.pid), `--nofile=${count}:`]);
  }

  async function graphql(query: string, variables: object = {}): Promise<GraphqlAnswer<object>> {
    const body = JSON.stringify({ query, variables });
    return JSON.parse((await send('POST', '/graphql', body)).body) as GraphqlAnswer<object>;
  }

  interface Answer {
    readonly status: number;
    readonly body: string;
  }

  /**
   * The server closes a connection that was idle for five seconds. On a slow machine the crowd makes room for another.
   */
  async function send(method: string, path: string, body?: string | Buffer): Promise<Answer> {
    try {
      return await sendOnce(method, path, body);
    } catch {
      crowd?.leave();
      await sleep(200);
      const answer = await sendOnce(method, path, body);
      crowd?.comeBack();
      return answer;
    }
  }

  async function sendOnce(method: string, path: string, body?: string | Buffer): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return await new Promise((done, fail) => {
      request(server.address + path, { method, agent, headers }, (response) => {
        buffer(response).then((bytes) => done({ status: response.statusCode ?? 0, body: bytes.toString() }), fail);
      })
        .on('error', fail)
        .end(body);
    });
  }
});

/** Connections that take every handle that becomes free. */
class Crowd {
  private isOver = false;
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly port: number,
    private readonly count: number,
  ) {
    this.comeBack();
  }

  leave(): void {
    this.isOver = true;
    for (const socket of this.sockets) socket.destroy();
  }

  comeBack(): void {
    this.isOver = false;
    for (let i = this.sockets.size; i < this.count; i++) this.connect();
  }

  private connect(): void {
    if (this.isOver) return;
    const socket = connect(this.port, '127.0.0.1').on('error', () => undefined);
    this.sockets.add(socket);
    socket.on('close', () => {
      this.sockets.delete(socket);
      setTimeout(() => this.connect(), 10);
    });
  }
}

// It takes half a minute.
const IS_LONG = process.env['WENTU_LONG_FAULTS'] === '1';
const CAN_MOUNT = IS_LONG && canMount();
if (IS_LONG && !CAN_MOUNT) throw new Error('WENTU_LONG_FAULTS=1 requires root, to mount a file');
if (!IS_LONG) process.stderr.write('SKIPPED: a disk that becomes read-only; .ci/long has it (WENTU_LONG_FAULTS=1)\n');

// SQLite is on the disk; MySQL has its own.
(CAN_MOUNT && STORES.length === 0 ? describe : describe.skip)('a disk that becomes read-only', () => {
  let disk: string;
  let image: string;
  let server: TestServer;
  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), 'wentu-disk-'));
    image = `${disk}.ext4`;
    execFileSync('truncate', ['-s', '64M', image]);
    execFileSync('mkfs.ext4', ['-q', image]);
    mount('loop');
    server = await TestServer.start({ WENTU_DATA_DIR: join(disk, 'data') });
  });
  afterAll(async () => {
    await server.close();
    execFileSync('umount', ['-l', disk]);
    await rm(disk, { recursive: true, force: true });
    await rm(image, { force: true });
  });

  test('searches go on, changes are refused, and a start says what is wrong; after the repair nothing is lost', async () => {
    await server.load(join(pictures, 'few'), { collection: 'few' });
    const before = await server.search('圆', 'few');
    execFileSync('sync', ['-f', disk]);
    // As ext4 does after an error of the disk.
    mount('remount,abort');
    expect(await server.graphql('mutation { createCollection(name: "new") { name } }')).toMatchObject({
      errors: UNAVAILABLE,
    });
    expect(await server.graphql('mutation { createUpload { id } }')).toMatchObject({ errors: UNAVAILABLE });
    const put = await fetch(`${server.address}/collections/few/images/b.png`, {
      method: 'PUT',
      body: new Uint8Array(await picture(7)),
    });
    expect(put.status).toBe(503);
    const load = await server.graphql(LOAD, { directory: join(pictures, 'held'), collection: 'held', wait: true });
    expect(load).toMatchObject({ errors: UNAVAILABLE });
    // The server tries a write every three seconds.
    while ((await fetch(`${server.address}/readyz`)).status !== 503) await sleep(200);
    expect(await server.search('圆', 'few')).toEqual(before);
    expect(await server.kill('SIGTERM')).toBe(0);
    server.launch();
    expect(await server.ended()).toBe(3);
    expect(server.log).toMatch(/read-only|EROFS/i);

    execFileSync('umount', [disk]);
    spawnSync('e2fsck', ['-p', image]);
    mount('loop');
    await server.restart();
    expect(await server.search('圆', 'few')).toEqual(before);
    await server.data('mutation { createCollection(name: "new") { name } }');
  });

  function mount(options: string): void {
    execFileSync('mount', options === 'loop' ? ['-o', 'loop', image, disk] : ['-o', options, disk]);
  }
});

(IS_LONG && STORES.length === 0 ? describe : describe.skip)('a process whose heap is full', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ NODE_OPTIONS: '--max-old-space-size=64', WENTU_MAX_RUNNING_QUERIES: '64' });
  });
  afterAll(async () => {
    await server.close();
  });

  test('ends, and after the next start everything that was acknowledged is there', async () => {
    await server.load(join(pictures, 'few'), { collection: 'few' });
    const put = await fetch(`${server.address}/collections/few/images/b.png`, {
      method: 'PUT',
      body: new Uint8Array(await largePicture()),
    });
    expect(put.status).toBe(201);
    const before = await server.search('圆', 'few');
    // Each answer has 14 MB of base64.
    const query = '{ image(imageId: "b.png", collection: "few") { a: data b: data } }';
    const ask = async (): Promise<unknown> => await server.graphql(query).catch(() => null);
    let isOver = false;
    const ended = server.ended().then((code) => {
      isOver = true;
      return code;
    });
    const crowd = Array.from({ length: 24 }, async () => {
      while (!isOver) await ask();
    });
    // Node.js aborts.
    expect(await ended).not.toBe(0);
    await Promise.all(crowd);
    expect(server.log).toContain('heap out of memory');
    await server.restart();
    expect(await server.search('圆', 'few')).toEqual(before);
  });
});

async function largePicture(): Promise<Buffer> {
  const raw = { width: 1_500, height: 1_200, channels: 3 as const };
  return await sharp(randomBytes(raw.width * raw.height * 3), { raw })
    .png({ compressionLevel: 0 })
    .toBuffer();
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'wentu-disk-'));
  const image = `${folder}.ext4`;
  const steps: [string, ...string[]][] = [
    ['truncate', '-s', '16M', image],
    ['mkfs.ext4', '-q', image],
    ['mount', '-o', 'loop', image, folder],
    ['umount', folder],
  ];
  const isDone = steps.every(([command, ...args]) => spawnSync(command, args).status === 0);
  spawnSync('rm', ['-f', image]);
  rmdirSync(folder);
  return isDone;
}
