import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

/** An SVG of 60 KB with hundreds of blurs. Each blur takes a second, so the picture takes minutes to draw. */
const slowSvg = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="3000" height="3000"><filter id="f"><feGaussianBlur stdDeviation="900"/></filter>${'<rect width="3000" height="3000" filter="url(#f)"/>'.repeat(1_000)}</svg>`,
);

/** A request with the given number of searches by the same picture. */
const searches = (aliases: number): string =>
  `query ($p: String!) { ${Array.from({ length: aliases }, (_, i) => `a${i}: search(query: { picture: $p }, first: 1) { edges { node { similarity } } }`).join(' ')} }`;

/** The child processes of the server: its decoders. */
function childrenOf(pid: number): number[] {
  try {
    return execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'latin1' })
      .split('\n')
      .flatMap((line) => (line.trim() === '' ? [] : [Number(line)]));
  } catch {
    // There are no child processes.
    return [];
  }
}

/** The resident memory of the server and its decoders, in MiB. Shared memory counts for each process. */
function memoryOf(pid: number): number {
  const pids = [pid, ...childrenOf(pid)].join(',');
  const sizes = execFileSync('ps', ['-o', 'rss=', '-p', pids], { encoding: 'latin1' });
  return sizes.split('\n').reduce((sum, line) => sum + Number(line), 0) / 1_024;
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  // If the processes do not end, the time limit of the test ends the wait.
  while (!(await isTrue())) await sleep(50);
}

let folder: string;
let server: TestServer | undefined;
/** Starts the server of a group of tests. The server before it is closed. */
const start = async (env: Record<string, string> = {}): Promise<TestServer> => {
  await server?.close();
  return (server = await TestServer.start(env));
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-isolation-'));
  const photo = async (seed: number): Promise<Buffer> =>
    await sharp(await picture(seed))
      .resize(6_000, 4_000, { fit: 'fill', kernel: 'nearest' })
      .jpeg()
      .toBuffer();
  await writeTree(join(folder, 'pictures'), { '1.png': await picture(1), '2.png': await picture(2, 700) });
  await writeTree(join(folder, 'large'), { '3.jpg': await photo(3), '4.jpg': await photo(4) });
  await writeTree(join(folder, 'hard'), {
    'a.png': await picture(6),
    'b.png': await picture(7),
    'z.svg': slowSvg,
  });
});
afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Operations that use files and pictures; they must continue during any decoding. */
async function expectAllGoesOn(server: TestServer, width: number): Promise<void> {
  const hits = await server.search('圆');
  const { url } = hits.find(({ image }) => image.imageId === '2.png')!.image;
  const original = await fetch(server.address + url);
  expect([original.status, (await original.arrayBuffer()).byteLength > 0]).toEqual([200, true]);
  expect((await fetch(`${server.address}${url}?width=${width}`)).status).toBe(200);
  const { createUpload } = await server.data<{ createUpload: { url: string } }>('mutation { createUpload { url } }');
  const upload = await fetch(`${server.address}${createUpload.url}/x.png`, {
    method: 'PUT',
    body: new Uint8Array(await picture(8)),
  });
  expect(upload.ok).toBe(true);
  const found = await server.graphql(searches(1), { p: (await picture(9)).toString('base64') });
  expect(found.errors).toBeUndefined();
  expect(await server.load(join(folder, 'pictures'), { collection: 'again' })).toMatchObject({ failed: 0 });
}

describe('a server with the default limits', () => {
  let own: TestServer;
  beforeAll(async () => {
    own = await start();
    await own.load(join(folder, 'pictures'));
  });

  test('a client that disconnects frees its places in the queue', async () => {
    const leaving = new AbortController();
    const asked = fetch(`${own.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: searches(30), variables: { p: slowSvg.toString('base64') } }),
      signal: leaving.signal,
    }).catch(() => 'left');
    await until(() => childrenOf(own.pid).length > 1);
    leaving.abort();
    await asked;
    // Another drawing waits for the places of the first ones. Without the abort they would be free only at their
    // deadlines, a quarter of an hour later.
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><rect width="50" height="9"/></svg>',
    );
    expect((await own.graphql(searches(1), { p: svg.toString('base64') })).errors).toBeUndefined();
  });

  test('requests for large pictures in many widths do not delay a normal picture', async () => {
    await own.load(join(folder, 'large'), { collection: 'large' });
    const large = (await own.search('圆', 'large')).map(({ image }) => image.url);
    const ordinary = (await own.search('圆')).find(({ image }) => image.imageId === '2.png')!.image.url;
    let done = 0;
    const widths = Array.from({ length: 30 }, (_, i) => `${large[i % large.length]}?width=${600 + i}`);
    const all = widths.map(async (url) => {
      const { status } = await fetch(own.address + url);
      expect(status).toBe(200);
      done++;
    });
    await until(() => done > 0);
    expect((await fetch(`${own.address}${ordinary}?width=654`)).status).toBe(200);
    const before = done;
    process.stdout.write(`${before} of 30 large pictures were made before the ordinary one\n`);
    await Promise.all(all);
    expect(before).toBeLessThan(15);
  });

  test('drawings that take hours delay no other request, and SIGTERM stops the server cleanly', async () => {
    // There are more drawings than processes, and the client ignores the answers.
    const asked = own.graphql(searches(30), { p: slowSvg.toString('base64') }).catch(() => 'cut off');
    await until(() => childrenOf(own.pid).length > 1);
    await expectAllGoesOn(own, 321);
    expect(await own.kill('SIGTERM')).toBe(0);
    await asked;
  });
});

describe('a server with a limit of memory for decoding', () => {
  let own: TestServer;
  beforeAll(async () => {
    // Pictures are decoded two at a time, which takes minutes on a slow machine.
    own = await start({
      WENTU_MAX_DECODE_BYTES: String(256 * 1024 * 1024),
      WENTU_QUERY_TIMEOUT_MS: '280000',
      WENTU_BATCH_SIZE: '1',
    });
  });

  test('twelve searches in one request with a picture of 49 million pixels need the memory of a few', async () => {
    await own.load(join(folder, 'pictures'));
    const before = memoryOf(own.pid);
    const bomb = await sharp({ create: { width: 7_000, height: 7_000, channels: 3, background: '#345' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    let peak = 0;
    const watching = setInterval(() => (peak = Math.max(peak, memoryOf(own.pid))), 100);
    const { errors } = await own.graphql(searches(12), { p: bomb.toString('base64') });
    clearInterval(watching);
    process.stdout.write(`memory of all processes: ${before.toFixed(0)} MiB before, ${peak.toFixed(0)} at most\n`);
    expect(errors).toBeUndefined();
    expect(peak).toBeGreaterThan(before);
    // Each search takes 100 MB, so twelve at once would take 1.2 GB. They share the memory limit. A process
    // itself takes 100 MB.
    const processes = Math.min(16, Math.max(2, availableParallelism())) + 1;
    expect(peak - before).toBeLessThan(256 + processes * 150);
  });

  test('a crash in a folder is one line of the ledger', async () => {
    const { id } = await own.load(join(folder, 'hard'), { collection: 'hard', wait: false });
    const look = async () =>
      (
        await own.data<{ loadJob: { status: string; processed: number; failures: { code: string }[] } }>(
          `{ loadJob(id: "${id}") { status processed failures(first: 9) { code } } }`,
        )
      ).loadJob;
    await until(async () => (await look()).processed === 2);
    // The test kills the decoder of the third picture, and the decoder of its second try.
    await until(async () => {
      for (const pid of childrenOf(own.pid)) process.kill(pid, 'SIGSEGV');
      await sleep(300);
      return !['QUEUED', 'RUNNING'].includes((await look()).status);
    });
    expect(await look()).toMatchObject({ status: 'PARTIAL', processed: 3, failures: [{ code: 'CRASHED' }] });
  });
});

test('a bomb in a folder is one line of the ledger', async () => {
  const bounded = await start({ WENTU_MAX_DECODE_BYTES: String(16 * 1024 * 1024) });
  const bomb = await bounded.load(join(folder, 'hard'));
  expect(bomb.failures).toEqual([expect.objectContaining({ item: 'z.svg', code: 'TOO_LARGE' })]);
  await bounded.search('圆');
});

describe('a server with a short time for decoding', () => {
  let own: TestServer;
  beforeAll(async () => {
    own = await start({ WENTU_DECODE_TIMEOUT_MS: '4000', WENTU_BATCH_SIZE: '1' });
  });

  test('a hang in a folder is one line of the ledger', async () => {
    const hung = await own.load(join(folder, 'hard'));
    expect(hung).toMatchObject({ loaded: 2, failed: 1, status: 'PARTIAL' });
    expect(hung.failures).toEqual([expect.objectContaining({ item: 'z.svg', code: 'DECODE_FAILED' })]);
  });

  test('decoders end with a server that is killed', async () => {
    const asked = own.graphql(searches(2), { p: slowSvg.toString('base64') }).catch(() => 'cut off');
    await until(() => childrenOf(own.pid).length > 0);
    const decoders = childrenOf(own.pid);
    await own.kill('SIGKILL');
    await asked;
    await until(() => decoders.every((pid) => !isThere(pid)));
  });
});
