import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PictureReader } from '../picture-reader';
import { LIMITS, scene } from '../testing/scene';

const heic = readFileSync(join(__dirname, '../../fixtures/scene.heic'));
const opened: PictureReader[] = [];
const open = (limits: Partial<ConstructorParameters<typeof PictureReader>[0]> = {}): PictureReader => {
  const reader = new PictureReader({ ...LIMITS, timeoutMs: 60_000, maxProcesses: 1, ...limits });
  opened.push(reader);
  return reader;
};
afterAll(() => opened.forEach((reader) => reader.close()));

/** A bitmap of one bit a pixel, which takes seconds and 24 times its size. */
function slowBmp(width: number, height: number): Buffer {
  const stride = Math.ceil(width / 32) * 4;
  const file = Buffer.alloc(62 + stride * height);
  file.write('BM', 'latin1');
  file.writeUInt32LE(62, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 28);
  return file;
}

test('a decoder that crashes costs its picture, and the next has a new one', async () => {
  const reader = open();
  const task = reader.prepare(heic, LIMITS, false);
  const [first] = reader.pids;
  process.kill(first!, 'SIGSEGV');
  await expect(task).rejects.toMatchObject({
    name: 'ItemError',
    code: 'DECODE_FAILED',
    message: expect.stringMatching(/crashed on this picture \(SIGSEGV\)/) as string,
  });
  expect(await reader.prepare(heic, LIMITS, false)).toMatchObject({ mimeType: 'image/heic' });
  expect(reader.pids).not.toContain(first);
});

test('a crash of a process that had decoded others is not this picture’s', async () => {
  const reader = open();
  await reader.prepare(heic, LIMITS, false);
  const [first] = reader.pids;
  const task = reader.prepare(heic, LIMITS, false);
  process.kill(first!, 'SIGKILL');
  expect(await task).toMatchObject({ mimeType: 'image/heic' });
});

test('a decoder that hangs is ended at the deadline', async () => {
  const reader = open({ timeoutMs: 1_500 });
  const task = reader.prepare(heic, LIMITS, false);
  process.kill(reader.pids[0]!, 'SIGSTOP');
  await expect(task).rejects.toMatchObject({
    code: 'DECODE_FAILED',
    message: expect.stringMatching(/not decoded within 1.5 s \(WENTU_DECODE_TIMEOUT_MS\)/) as string,
  });
  expect(reader.pids).toEqual([]);
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a decoder that takes too much memory is ended', async () => {
  const reader = open({ maxDecodeBytes: 32 * 1024 * 1024 });
  // The header is checked by the picture's own, larger limit.
  await expect(reader.prepare(slowBmp(12_000, 9_000), LIMITS, false)).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: expect.stringMatching(/took more than 32 MiB \(WENTU_MAX_DECODE_BYTES\)/) as string,
  });
});

test('memory is looked at in the header first', async () => {
  await expect(
    open().prepare(slowBmp(12_000, 9_000), { ...LIMITS, maxDecodeBytes: 32 * 1024 * 1024 }, false),
  ).rejects.toMatchObject({ code: 'TOO_LARGE', message: expect.stringMatching(/at most 32 are given/) as string });
});

test('one process takes pictures one by one, and several as many at once', async () => {
  const reader = open();
  const tasks = [1, 2, 3].map(() => reader.prepare(heic, LIMITS, false));
  expect(reader.pids).toHaveLength(1);
  expect(await Promise.all(tasks)).toHaveLength(3);
  expect(reader.pids).toHaveLength(1);
});

test('what libvips reads can be decoded there as well, to the same pixels', async () => {
  const reader = open();
  const jpeg = await scene().jpeg().toBuffer();
  const [here, there] = [await reader.prepare(jpeg, LIMITS, true), await reader.prepareIsolated(jpeg, LIMITS, true)];
  expect({ ...there, preview: Buffer.from(there.preview!), pixels: Buffer.from(there.pixels) }).toEqual({
    ...here,
    preview: Buffer.from(here.preview!),
    pixels: Buffer.from(here.pixels),
  });
  await expect(reader.prepareIsolated(Buffer.from('text'), LIMITS, true)).rejects.toMatchObject({
    code: 'UNSUPPORTED_FORMAT',
  });
});

describe('the process that started them', () => {
  const script = (body: string): string => `
    const { PictureReader } = require(${JSON.stringify(join(__dirname, '../index'))});
    const limits = ${JSON.stringify(LIMITS)};
    const reader = new PictureReader({ ...limits, timeoutMs: 60000 });
    ${body}`;

  test('ends when it has nothing to do', async () => {
    const body = `reader.prepare(Buffer.from('${heic.toString('base64')}', 'base64'), limits, false).then(({ width }) => process.stdout.write(String(width)))`;
    const child = spawn(process.execPath, ['-e', script(body)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (data) => (printed += String(data)));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, printed.trim()]).toEqual([0, '96']);
  });

  test('leaves none behind when it is killed', async () => {
    const body = `reader.prepare(Buffer.from(require('zlib').gunzipSync(Buffer.from(process.argv[1], 'base64'))), limits, false).catch(() => {});
      process.stdout.write(String(reader.pids[0]));`;
    const { gzipSync } = await import('node:zlib');
    const slow = gzipSync(slowBmp(10_000, 10_000)).toString('base64');
    const child = spawn(process.execPath, ['-e', script(body), slow], { stdio: ['ignore', 'pipe', 'inherit'] });
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
    // The test's own time limit ends a wait in vain.
    while (isThere()) await wait(50);
  });
});
