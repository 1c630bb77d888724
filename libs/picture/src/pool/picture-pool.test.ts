import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { preparePicture } from '../read-picture';
import { slowBmp, slowSvg } from '../testing/hard-pictures';
import { LIMITS, scene } from '../testing/scene';
import { PicturePool, type PicturePoolOptions } from './picture-pool';

const heic = readFileSync(join(__dirname, '../../fixtures/scene.heic'));
const opened: PicturePool[] = [];
const open = (options: Partial<PicturePoolOptions> = {}): PicturePool => {
  const pool = new PicturePool({ ...LIMITS, timeoutMs: 60_000, maxProcesses: 1, ...options });
  opened.push(pool);
  return pool;
};
const prepare = (pool: PicturePool, file: Uint8Array, options = LIMITS) => pool.prepare(file, options, false, 'load');
afterAll(() => opened.forEach((pool) => pool.close()));

/**
 * Kills the decoder process of the pool as soon as it has one.
 * @param but a process that is not killed
 * @returns the id of the killed process
 */
async function killNext(pool: PicturePool, signal: NodeJS.Signals, but?: number): Promise<number> {
  for (;;) {
    const pid = pool.pids.find((id) => id !== but);
    if (pid !== undefined) {
      process.kill(pid, signal);
      return pid;
    }
    await wait(1);
  }
}

test('a picture whose decoder crashes is decoded once more, in a new process', async () => {
  const pool = open();
  const task = prepare(pool, heic);
  const first = await killNext(pool, 'SIGSEGV');
  expect(await task).toMatchObject({ mimeType: 'image/heic' });
  expect(pool.pids).not.toContain(first);
});

test('a picture whose decoder crashes twice is CRASHED, and the next picture gets a new process', async () => {
  const pool = open();
  const task = prepare(pool, heic).catch((error: unknown) => error);
  const first = await killNext(pool, 'SIGSEGV');
  const second = await killNext(pool, 'SIGSEGV', first);
  expect(await task).toMatchObject({
    name: 'ItemError',
    code: 'CRASHED',
    message: expect.stringMatching(/crashed twice on this picture \(SIGSEGV\)/) as string,
  });
  expect(await prepare(pool, heic)).toMatchObject({ mimeType: 'image/heic' });
  expect([first, second]).not.toContain(pool.pids[0]);
});

test('a decoder that hangs is ended at the deadline', async () => {
  const pool = open({ timeoutMs: 1_500 });
  const task = prepare(pool, heic);
  process.kill(pool.pids[0]!, 'SIGSTOP');
  await expect(task).rejects.toMatchObject({
    code: 'DECODE_FAILED',
    message: expect.stringMatching(/not decoded within 1.5 s \(WENTU_DECODE_TIMEOUT_MS\)/) as string,
  });
  while (pool.pids.length > 0) await wait(5);
});

test('a decoder that uses too much memory is ended', async () => {
  const pool = open({ maxDecodeBytes: 32 * 1024 * 1024 });
  // The check of the header uses the larger limit in LIMITS.
  await expect(prepare(pool, slowBmp(12_000, 9_000))).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: expect.stringMatching(/took more than 32 MiB \(WENTU_MAX_DECODE_BYTES\)/) as string,
  });
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('the operating system limits the memory of a process', async () => {
  const pool = open({ maxDecodeBytes: 64 * 1024 * 1024 });
  await prepare(pool, heic);
  const limits = readFileSync(`/proc/${pool.pids[0]}/limits`, 'latin1');
  expect(Number(/Max data size +(\d+) /.exec(limits)?.[1])).toBe((64 + 512) * 1024 * 1024);
  expect(/Max core file size +0 /.test(limits)).toBe(true);
});

test('the need for memory is checked in the header first', async () => {
  const limits = { ...LIMITS, maxDecodeBytes: 32 * 1024 * 1024 };
  await expect(prepare(open(), slowBmp(12_000, 9_000), limits)).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: expect.stringMatching(/at most 32 MiB/) as string,
  });
});

test('one process decodes one picture at a time, and several processes decode several', async () => {
  const pool = open();
  expect(await Promise.all([1, 2, 3].map(() => prepare(pool, heic)))).toHaveLength(3);
  expect(pool.pids).toHaveLength(1);
  const wide = open({ maxProcesses: 3 });
  const jpeg = await scene().jpeg().toBuffer();
  await Promise.all([1, 2, 3, 4, 5].map(() => prepare(wide, jpeg)));
  // A third process is started only for ordinary pictures beside heavy ones.
  expect(wide.pids).toHaveLength(2);
});

test('decoding in another process gives the same pixels as in this process', async () => {
  const pool = open();
  for (const file of [heic, await scene().jpeg().toBuffer(), await scene().webp().toBuffer()]) {
    const [here, there] = [
      await preparePicture(file, LIMITS, { preview: true }),
      await pool.prepare(file, LIMITS, true, 'load'),
    ];
    expect({ ...there, preview: Buffer.from(there.preview!), pixels: Buffer.from(there.pixels) }).toEqual({
      ...here,
      preview: Buffer.from(here.preview!),
      pixels: Buffer.from(here.pixels),
    });
  }
  await expect(prepare(pool, Buffer.from('text'))).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
});

test('ordinary pictures are decoded while slow pictures wait', async () => {
  const pool = open({ maxProcesses: 2 });
  const slow = Array.from({ length: 5 }, () => prepare(pool, slowSvg()));
  const ended = Promise.race(slow.map((task) => task.catch((error: unknown) => error))).then(() => 'slow');
  const jpeg = await scene().jpeg().toBuffer();
  const ordinary = Promise.all(Array.from({ length: 10 }, () => prepare(pool, jpeg))).then(() => 'ordinary');
  expect(await Promise.race([ended, ordinary])).toBe('ordinary');
  pool.close();
  await Promise.allSettled(slow);
});

test('at most eight large pictures are decoded at once, even with more processes', async () => {
  const pool = open({ maxProcesses: 17 });
  const large = await scene().resize(4_000, 3_000).jpeg().toBuffer();
  const tasks = Array.from({ length: 12 }, () => prepare(pool, large));
  expect(pool.pids).toHaveLength(8);
  expect(await Promise.all(tasks)).toHaveLength(12);
  expect(pool.pids.length).toBeLessThanOrEqual(8);
}, 300_000);

test('a cancelled picture frees its place for the next picture', async () => {
  const pool = open();
  const leaving = new AbortController();
  const running = pool.prepare(slowSvg(), LIMITS, false, 'asked', leaving.signal);
  const queued = pool.prepare(slowSvg(), LIMITS, false, 'asked', leaving.signal);
  const next = prepare(pool, heic);
  leaving.abort(new Error('the client has disconnected'));
  await expect(running).rejects.toThrow('the client has disconnected');
  await expect(queued).rejects.toThrow('the client has disconnected');
  expect(await next).toMatchObject({ mimeType: 'image/heic' });
});

test('the number of waiting callers is limited', async () => {
  const pool = open();
  const file = Buffer.concat([await scene().jpeg().toBuffer(), Buffer.alloc(40_000_000)]);
  const tasks = Array.from({ length: 10 }, () => pool.prepare(file, LIMITS, false, 'asked'));
  const ends = await Promise.allSettled(tasks);
  const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  expect(refused.length).toBeGreaterThan(0);
  expect(ends.length - refused.length).toBeGreaterThan(5);
  for (const error of refused) expect(error).toMatchObject({ code: 'UNAVAILABLE' });
});

test('after close, the pictures in the pool and new pictures are UNAVAILABLE', async () => {
  const pool = open();
  const tasks = [prepare(pool, slowSvg()), prepare(pool, heic)];
  pool.close();
  for (const task of tasks) await expect(task).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(prepare(pool, heic)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  while (pool.pids.length > 0) await wait(5);
});

describe('the process that started the decoders', () => {
  const script = (body: string): string => `
    const { PicturePool } = require(${JSON.stringify(join(__dirname, '../index'))});
    const limits = ${JSON.stringify(LIMITS)};
    const pool = new PicturePool({ ...limits, timeoutMs: 60000 });
    ${body}`;

  test('ends when it has no more work', async () => {
    const body = `pool.prepare(Buffer.from('${heic.toString('base64')}', 'base64'), limits, false, 'load').then(({ width }) => process.stdout.write(String(width)))`;
    const child = spawn(process.execPath, ['-e', script(body)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (data) => (printed += String(data)));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, printed.trim()]).toEqual([0, '96']);
  });

  test.each([
    ['a decoder with a task', slowSvg()],
    ['a decoder without a task', heic],
  ])('leaves no decoder behind when it is killed: %s', async (_what, file) => {
    const body = `const task = pool.prepare(Buffer.from('${file.toString('base64')}', 'base64'), limits, false, 'load');
      task.catch(() => {});
      const tell = () => process.stdout.write(String(pool.pids[0]));
      setInterval(() => {}, 1000);
      ${file === heic ? 'task.then(tell)' : 'setTimeout(tell, 500)'};`;
    const child = spawn(process.execPath, ['-e', script(body)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const pid = Number(String(line));
    const isThere = (): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    expect(isThere()).toBe(true);
    child.kill('SIGKILL');
    // If the process does not end, the time limit of the test ends this loop.
    while (isThere()) await wait(50);
  });
});
