import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { describe as describeProgress } from './progress';
import { english } from './words/english';

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
    timeout: 240_000,
  });
  return { code: status, out: stdout, err: stderr };
}

/** None of the pictures shows a thing. */
const NONE_LIKE = '-- no picture is a good match; the nearest ones are --\n';

function listImages(collection: string, ...args: string[]): string[] {
  const images = JSON.parse(wentu('images', collection, '--json', ...args).out) as { imageId: string }[];
  return images.map(({ imageId }) => imageId);
}

/** Tags pictures, sets attributes, and finds the pictures by them. */
function checkTags(collection: string): void {
  const listed = (...args: string[]): string[] => listImages(collection, ...args);
  const tag = (...args: string[]): Result => wentu('tag', collection, ...args);
  expect(tag('red.png', 'nope.png', '--add', '暖', '--set', 'price=12.5', '--set', 'made=2024-05-01')).toMatchObject({
    ...{ code: 1, out: 'changed 1 images\n', err: 'nope.png: the collection has no such image\n' },
  });
  expect(tag('blue.png', '--text', 'price=12.5', '--add', '冷')).toMatchObject({ code: 0, out: 'changed 1 images\n' });
  expect(tag('red.png')).toMatchObject({ code: 2 });
  expect(listed('--tag', '暖', '--tag', '冷', '--order', 'name')).toEqual(['blue.png', 'red.png']);
  expect(listed('--attribute', 'price=10..20')).toEqual(['red.png']);
  expect(listed('--attribute', 'price=12.5', '--attribute', 'made=2024-05-01')).toEqual(['red.png']);
  expect(wentu('facets', collection, '--by', 'tag').out).toBe('tag\n  冷\t1\n  暖\t1\n');
  const hits = JSON.parse(wentu('search', '红色', '-c', collection, '--json', '--tag', '冷').out) as {
    imageId: string;
  }[];
  expect(hits.map(({ imageId }) => imageId)).toEqual(['blue.png']);
  expect(tag('red.png', 'blue.png', '--remove', '暖', '--unset', 'price').out).toBe('changed 2 images\n');
  expect([listed('--tag', '暖'), listed('--attribute', 'price')]).toEqual([[], []]);
}

/** Lists, counts and deletes the three pictures of a collection by options. */
function checkLists(collection: string): void {
  const names = ['blue.png', 'green.png', 'red.png'];
  const listed = (...args: string[]): string[] => listImages(collection, ...args);
  expect(listed('--order', 'name')).toEqual(names);
  expect(listed('--order', 'name:desc', '--first', '2')).toEqual(['red.png', 'green.png']);
  expect(listed('--lacks', 'camera', '--type', 'image/png', '--first', '0')).toEqual([]);
  expect(listed('--has', 'camera')).toEqual([]);
  expect(wentu('images', collection, '--order', 'taken:desc').out).toMatch(/^\d{4}-.*Z\t\d+\t\w+\.png\n/);
  expect(wentu('images', 'nobody')).toMatchObject({ code: 2 });
  expect(wentu('images', collection, '--order', 'colour')).toMatchObject({ code: 2 });
  expect(wentu('facets', collection, '--by', 'type', 'camera').out).toBe('type\n  image/png\t3\ncamera\n');
  const [year] = JSON.parse(wentu('facets', collection, '--by', 'year', '--json').out) as { imageCount: number }[];
  expect(year).toMatchObject({ field: 'YEAR', imageCount: 3 });
  expect(wentu('delete', collection)).toMatchObject({ code: 2 });
  expect(wentu('delete', collection, 'red.png', '--type', 'image/png')).toMatchObject({ code: 2 });
  expect(wentu('delete', collection, '--has', 'camera', '--yes').out).toBe('deleted 0 images\n');
  expect(wentu('delete', collection, '--type', 'image/png').out).toBe('3 images match; add --yes to delete them\n');
  expect(listed()).toHaveLength(3);
  expect(wentu('delete', collection, '--type', 'image/png', '--yes').out).toBe('deleted 3 images\n');
  expect(listed()).toEqual([]);
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
      'only the first 50 characters were used; the rest, "红苹果", was ignored\n' + NONE_LIKE,
    );
    const unknown = wentu('search', '红色的apple', '-c', '相册', '--json');
    expect(unknown).toMatchObject({
      code: 0,
      err: 'not understood: apple; only the rest of the text was used\n',
    });
    expect(JSON.parse(unknown.out)).toHaveLength(3);
    expect(wentu('search', '⼩⽝', '-c', '相册').err).toBe(NONE_LIKE);

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

  test('changes the model of a collection and back, and lists and drops its embeddings', () => {
    const tiny = join(__dirname, '../../../libs/encoder/fixtures/tiny-model');
    expect(wentu('model', 'add', tiny).code).toBe(0);
    const folder = mkdtempSync(join(base, 'reencoded-'));
    cpSync(photos, folder, { recursive: true });
    wentu('load', folder, '-c', 'r');
    expect(wentu('reencode', 'r', 'tiny')).toMatchObject({
      code: 0,
      out: 'r is searched with tiny: 3 images encoded, 0 failed\n',
    });
    expect(wentu('collections').out).toContain('r\t3 images\ttiny\n');
    expect(wentu('spaces', 'r').out).toBe('* tiny\t3 images\t0 not encoded\n  wentu-mini\t3 images\t0 not encoded\n');
    expect(wentu('spaces', 'r', '--drop', 'tiny').code).toBe(2);
    expect(wentu('spaces', 'r', '--drop', 'wentu-mini').out).toBe('* tiny\t3 images\t0 not encoded\n');
    rmSync(join(folder, 'red.png'));
    const kept = wentu('reencode', 'r', 'wentu-mini');
    expect([kept.code, kept.out]).toEqual([
      1,
      expect.stringMatching(
        /^failed; r keeps its model: 2 .*1 failed\n {2}red\.png: ORIGINAL_GONE: .*\n {2}IMAGES_HIDDEN: /,
      ),
    ]);
    const changed = wentu('reencode', 'r', 'wentu-mini', '--hide-unreadable', '--json');
    expect([changed.code, JSON.parse(changed.out)]).toEqual([
      1,
      expect.objectContaining({ status: 'PARTIAL', failed: 1, failures: [expect.anything()] }),
    ]);
    expect(JSON.parse(wentu('spaces', 'r', '--json').out)).toEqual([
      { model: 'wentu-mini', dimension: 768, imageCount: 2, missingCount: 1, isActive: true },
      { model: 'tiny', dimension: 3, imageCount: 3, missingCount: 0, isActive: false },
    ]);
    expect(wentu('reencode', 'r', 'nothing')).toMatchObject({
      code: 2,
      err: expect.stringContaining('wentu model add') as string,
    });
    wentu('drop', 'r');
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

  test('deletes pictures, also for good, lists them and lets them back in', () => {
    wentu('load', photos, '-c', 'd');
    expect(wentu('delete', 'd', 'red.png', 'nope.png')).toMatchObject({ code: 0, out: 'deleted 1 images\n' });
    expect(wentu('delete', 'd', 'green.png', 'blue.png', '--keep-out').out).toBe('deleted 2 images\n');
    expect(wentu('load', photos, '-c', 'd').out).toMatch(
      /^succeeded: 1 loaded, 0 unchanged, 0 removed, 0 failed\n {2}left out: 2 pictures that were deleted for good/,
    );
    const listed = JSON.parse(wentu('kept-out', 'd', '--json').out) as { imageId: string; keptOutAt: string }[];
    expect(listed.map(({ imageId }) => imageId).sort()).toEqual(['blue.png', 'green.png']);
    expect(Date.parse(listed[0]!.keptOutAt)).toBeGreaterThan(Date.now() - 600_000);
    const allowed = wentu('kept-out', 'd', '--allow', 'blue.png').out;
    expect(allowed).toMatch(/^allowed again: 1\n\d{4}-\S+Z {2}green\.png\n$/);
    expect(wentu('load', photos, '-c', 'd').out).toMatch(/^succeeded: 1 loaded, 1 unchanged.*\n {2}left out: 1 /);
    wentu('kept-out', 'd', '--allow', 'green.png');
    expect(wentu('kept-out', 'd').out).toBe('no image was deleted for good\n');
    expect(wentu('kept-out', 'nobody').code).toBe(2);
    expect(wentu('delete', 'nobody', 'a').code).toBe(2);
    wentu('drop', 'd');
  });

  test.each([
    [['nonsense'], /unknown command/],
    [['search'], /nothing to search for: give a text, or a picture with --like/],
    [['search', '--not', '狗'], /nothing to search for/],
    [['search', '狗', '--all', '-c', 'default'], /give either --all or -c/],
    [['search', '--like', '/no/such.png'], /cannot read the picture \/no\/such.png/],
    [['search', '狗', '-k', 'x'], /give a whole number from 1/],
    [['search', '狗', '-k', '0'], /give a whole number from 1/],
    [['search', '', '-c', 'default'], /the text is empty/],
    [['search', '狗', '--words', '--not', '猫'], /with --words, give a text, and neither --like nor --not/],
    [['search', '""', '--words', '-c', 'default'], /has no words; give at least one word/],
    [['load', '/no/such/folder'], /there is no folder/],
  ])('an error that the user can correct is exit code 2: %j', (args, message) => {
    const { code, err } = wentu(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  test('lists, counts and deletes the pictures that options describe', () => {
    wentu('load', photos, '-c', 'listed');
    expect(wentu('tag', 'listed', 'red.png', '--add', 'x', '--set', 'price=3').out).toBe('changed 1 images\n');
    expect(listImages('listed', '--tag', 'x', '--attribute', 'price=..3')).toEqual(['red.png']);
    checkLists('listed');
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

test('keys are made, listed, rotated and revoked in the data folder', () => {
  const made = wentu('key', 'create', '相机', '--role', 'write', '--expires', '30d');
  expect([made.code, made.out]).toEqual([0, expect.stringMatching(/^wentu_[\w-]{43}\n$/)]);
  expect(made.err).toContain('not shown again');
  const rotated = wentu('key', 'rotate', '相机');
  expect(rotated.out).toMatch(/^wentu_[\w-]{43}\n$/);
  expect(rotated.out).not.toBe(made.out);
  const person = { input: 'ein langes Passwort\nmore\n', env, encoding: 'utf8' } as const;
  const login = spawnSync(process.execPath, [WENTU, 'key', 'create', 'mia', '--role', 'read', '--password'], person);
  expect([login.status, login.stdout]).toEqual([0, 'mia can sign in now\n']);
  expect(wentu('key', 'list').out).toMatch(
    new RegExp(
      `^mia\tread\tall collections\tpassword\tnever used\tno end\n相机\twrite\tall collections\t${rotated.out.slice(0, 12)}…\tnever used\tends .*\n$`,
    ),
  );
  expect(wentu('key', 'revoke', 'mia').out).toBe('mia was revoked\n');
});

describe('beside a running server that needs a key', () => {
  let server: ChildProcess;
  let port: number;
  beforeAll(async () => {
    const probe = createServer();
    await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
    env = { ...env, WENTU_KEY: wentu('key', 'create', 'commands', '--role', 'admin').out.trim() };
    port = (probe.address() as AddressInfo).port;
    await new Promise((done) => probe.close(done));
    server = spawn(process.execPath, [WENTU, 'serve'], {
      env: { ...env, PORT: String(port), WENTU_LOAD_ROOTS: photos, WENTU_SAMPLES: 'off', WENTU_ALLOW_ANONYMOUS: 'off' },
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
    const stranger = { ...env, WENTU_KEY: '' };
    for (const WENTU_KEY of ['', 'wrong'])
      expect(
        spawnSync(process.execPath, [WENTU, 'collections'], { env: { ...stranger, WENTU_KEY }, encoding: 'utf8' }),
      ).toMatchObject({ status: 2, stderr: expect.stringMatching(/key/) as string });
    expect(JSON.parse(wentu('audit', '--json', '-n', '1').out)).toMatchObject([{ who: 'commands' }]);
    expect(JSON.parse(wentu('key', 'list', '--json').out)).toMatchObject([{ name: 'commands', role: 'ADMIN' }, {}]);
    const reencode = wentu('reencode', 'beside', 'tiny', '--json');
    expect([reencode.code, JSON.parse(reencode.out)]).toEqual([0, expect.objectContaining({ loaded: 3, failed: 0 })]);
    expect(wentu('spaces', 'beside', '--drop', 'wentu-mini').out).toBe('* tiny\t3 images\t0 not encoded\n');
    expect(wentu('spaces', 'nothing').code).toBe(2);
    expect(wentu('repair', 'beside').out).toContain('beside: 0 added to the index');
    expect(JSON.parse(wentu('search', '蓝色', '--json').out)).toHaveLength(3);
    checkTags('beside');
    checkLists('beside');
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
