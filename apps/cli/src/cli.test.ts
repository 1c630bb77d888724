import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { describe as describeProgress } from './progress';
import { english } from './words/english';

jest.setTimeout(120_000);

const WENTU = join(__dirname, '../bin/wentu.js');
let base: string;
let photos: string;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'wentu-cli-'));
  photos = mkdtempSync(join(base, 'photos-'));
  env = { PATH: process.env['PATH'], HOME: process.env['HOME'], WENTU_DATA_DIR: join(base, 'data') };
  for (const [name, background] of [
    ['red', '#d00'],
    ['green', '#0b0'],
    ['blue', '#00d'],
  ] as const) {
    await sharp({ create: { width: 64, height: 48, channels: 3, background } })
      .png()
      .toFile(join(photos, `${name}.png`));
  }
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
function wentu(...args: string[]): Result {
  const { status, stdout, stderr } = spawnSync(process.execPath, [WENTU, ...args], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: status, out: stdout, err: stderr };
}

describe('alone, on the data folder', () => {
  test('loads, searches, saves, lists and drops', () => {
    const load = wentu('load', photos, '--collection', '相册', '--json');
    expect(load.code).toBe(0);
    expect(JSON.parse(load.out)).toMatchObject({ status: 'SUCCEEDED', loaded: 3, failures: [] });
    expect(wentu('load', photos, '-c', '相册')).toMatchObject({
      code: 0,
      out: 'succeeded: 0 loaded, 3 unchanged, 0 removed, 0 failed\n',
    });

    const saved = join(base, 'saved');
    const search = wentu('search', '红色', '-c', '相册', '-k', '2', '--json', '--save', saved);
    expect(search).toMatchObject({ code: 0, err: `2 of 2 pictures written to ${saved}\n` });
    const hits = JSON.parse(search.out) as { imageId: string; distance: number; similarity: number }[];
    expect(hits).toHaveLength(2);
    expect(hits[0]!.distance).toBeCloseTo(2 - 2 * hits[0]!.similarity, 6);
    expect(readdirSync(saved)).toEqual(hits.map(({ imageId }, i) => `${i + 1}-${imageId}`));

    // The note about words that were not understood is on stderr; the output keeps its format.
    const long = `${'我们昨天在公园里散步'.repeat(5)}红苹果`;
    expect(wentu('search', long, '-c', '相册').err).toBe(
      'only the first 50 characters were used; the rest, "红苹果", was ignored\n',
    );
    const unknown = wentu('search', '红色的apple', '-c', '相册', '--json');
    expect(unknown).toMatchObject({
      code: 0,
      err: 'not understood: apple; only the rest of the text was used\n',
    });
    expect(JSON.parse(unknown.out)).toHaveLength(3);
    expect(wentu('search', '⼩⽝', '-c', '相册').err).toBe('');

    expect(JSON.parse(wentu('collections', '--json').out)).toContainEqual(
      expect.objectContaining({ name: '相册', imageCount: 3 }),
    );
    const right = '0 added to the index, 0 removed from it, 0 leftover rows removed\n';
    expect(wentu('repair', '相册')).toMatchObject({ code: 0, out: `相册: ${right}` });
    expect(wentu('repair').out).toContain(`default: ${right}`);
    expect(wentu('repair', 'nobody')).toMatchObject({ code: 2 });
    // The collection `default` is empty and no samples are loaded, so the collection with pictures is searched.
    expect(wentu('search', '红色').out.trim().split('\n')).toHaveLength(3);
    expect(wentu('drop', '相册')).toMatchObject({ code: 0, out: 'dropped 相册\n' });
    expect(wentu('drop', '相册')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('there is no collection 相册') as string,
    });
    // A dropped collection does not come back.
    expect(wentu('drop', 'default').code).toBe(0);
    expect(wentu('collections').out).toBe('');
    expect(wentu('search', '红色', '-c', '相册').code).toBe(2);
  });

  test('a broken picture is listed, and the exit code is 1', () => {
    const folder = mkdtempSync(join(base, 'broken-'));
    writeFileSync(join(folder, 'broken.jpg'), 'no picture');
    const load = wentu('load', folder, '-c', 'broken');
    expect(load.code).toBe(1);
    expect(wentu('collections').out).not.toContain('broken');
    expect(load.out).toMatch(
      /failed: 0 loaded, 0 unchanged, 0 removed, 1 failed\n {2}broken\.jpg: UNSUPPORTED_FORMAT: .*\n {2}ALL_FAILED: none of the 1 items/,
    );
  });

  test('images whose files are missing stay until the flag decides', () => {
    const folder = mkdtempSync(join(base, 'album-'));
    for (const name of ['kept', 'gone']) cpSync(photos, join(folder, name), { recursive: true });
    wentu('load', folder, '-c', 'album');
    rmSync(join(folder, 'gone'), { recursive: true });
    const asked = wentu('load', folder, '-c', 'album');
    expect([asked.code, asked.out]).toEqual([
      0,
      expect.stringMatching(/^succeeded: .*\n {2}the files of 3 images are missing; the images stay/),
    ]);
    const json = JSON.parse(wentu('load', folder, '-c', 'album', '--json').out) as { missing: number };
    expect(json.missing).toBe(3);
    expect(wentu('load', folder, '-c', 'album', '--missing', 'remove').out).toBe(
      'succeeded: 0 loaded, 3 unchanged, 3 removed, 0 failed\n',
    );
    expect(wentu('collections').out).toContain('album\t3 images');
    rmSync(folder, { recursive: true });
    expect(wentu('load', folder, '-c', 'album').code).toBe(2);
    expect(wentu('load', folder, '-c', 'album', '--missing', 'keep')).toMatchObject({
      code: 0,
      out: 'the folder does not exist any more: --missing was applied to 3 of its images\n',
    });
    expect(wentu('collections').out).toContain('album\t3 images');
  });

  test.each([
    [['nonsense'], /unknown command/],
    [['search'], /missing required argument 'text'/],
    [['search', '狗', '-k', 'x'], /give a whole number/],
    [['search', '狗', '-k', '0'], /topK is 0/],
    [['search', '', '-c', 'default'], /the text is empty/],
    [['load', '/no/such/folder'], /there is no folder/],
  ])('an error that the user can correct is exit code 2: %j', (args, message) => {
    const { code, err } = wentu(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  test('a wrong setting is exit code 2, a server that does not answer 3', () => {
    expect(
      spawnSync(process.execPath, [WENTU, 'collections'], { env: { ...env, WENTU_DEVICE: 'gpu' }, encoding: 'utf8' }),
    ).toMatchObject({ status: 2 });
    expect(wentu('--server', 'http://127.0.0.1:9', 'collections')).toMatchObject({
      code: 3,
      err: expect.stringMatching(/does not answer/) as string,
    });
  });

  test('--help shows the commands with examples and ends with 0', () => {
    const { code, out } = wentu('--help');
    expect(code).toBe(0);
    for (const command of ['serve', 'collections', 'drop', 'load', 'search', 'Examples:', 'Exit codes:'])
      expect(out).toContain(command);
  });
});

describe('beside a running server', () => {
  let server: ChildProcess;
  let port: number;
  beforeAll(async () => {
    const probe = createServer();
    await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
    port = (probe.address() as AddressInfo).port;
    await new Promise((done) => probe.close(done));
    server = spawn(process.execPath, [WENTU, 'serve'], {
      env: { ...env, PORT: String(port), WENTU_LOAD_ROOTS: photos, WENTU_SAMPLES: 'off' },
      stdio: 'ignore',
    });
    const ready = (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    for (let i = 0; i < 300 && !(await ready()); i++) await sleep(100);
  });
  afterAll(async () => {
    const ended = new Promise((done) => server.once('exit', done));
    server.kill('SIGTERM');
    await ended;
  });

  test('the commands use it instead of its data folder, and its rules apply', () => {
    const load = wentu('load', photos, '-c', 'beside', '--json');
    expect([load.code, JSON.parse(load.out)]).toEqual([0, expect.objectContaining({ status: 'SUCCEEDED', loaded: 3 })]);
    const saved = join(base, 'saved-beside');
    expect(wentu('search', '蓝色', '-c', 'beside', '-k', '3', '--save', saved).code).toBe(0);
    expect(readdirSync(saved)).toHaveLength(3);
    const nonsense = wentu('search', '🐶', '-c', 'beside');
    expect([nonsense.code, nonsense.err]).toEqual([0, expect.stringMatching(/^"🐶" was not understood: /)]);
    expect(wentu('load', base)).toMatchObject({ code: 2, err: expect.stringContaining('WENTU_LOAD_ROOTS') as string });
    const elsewhere = { ...env, WENTU_DATA_DIR: join(base, 'elsewhere') };
    const asked = spawnSync(process.execPath, [WENTU, '--server', `http://127.0.0.1:${port}`, 'collections'], {
      env: elsewhere,
      encoding: 'utf8',
    });
    expect(asked.stdout).toContain('beside\t3 images');
    expect(wentu('repair', 'beside').out).toContain('beside: 0 added to the index');
    expect(JSON.parse(wentu('search', '蓝色', '--json').out)).toHaveLength(3);
    expect(wentu('drop', 'beside').out).toBe('dropped beside\n');
    expect(wentu('drop', 'beside').code).toBe(2);
  });
});

test('the progress line shows progress, speed and remaining time', () => {
  const job = {
    id: '1',
    status: 'RUNNING',
    total: 1_200,
    processed: 300,
    loaded: 290,
    skipped: 8,
    failed: 2,
    removed: 0,
    imagesPerSecond: 12.5,
    error: null,
  } as const;
  expect(describeProgress(job, english.progress)).toBe(
    `[${'█'.repeat(6)}${'·'.repeat(18)}]  300/1,200  12.5 images/s  1m12s left  2 failed`,
  );
  expect(describeProgress({ ...job, total: null, imagesPerSecond: null, failed: 0 }, english.progress)).toBe(
    `[${'·'.repeat(24)}]  300/?`,
  );
});
