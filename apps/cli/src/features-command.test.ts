import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';

const WENTU = join(__dirname, '../bin/wentu.js');
let base: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'wentu-features-'));
  env = { PATH: process.env['PATH'], WENTU_DATA_DIR: join(base, 'data'), WENTU_DEVICE: 'cpu' };
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function wentu(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [WENTU, ...args], { env, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

interface Feature {
  readonly image_id?: number | string;
  readonly text_id?: number;
  readonly feature: number[];
}
const read = (path: string): Feature[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Feature);
const cosine = (a: Feature, b: Feature): number => a.feature.reduce((sum, value, i) => sum + value * b.feature[i]!, 0);

const picture = (hue: number): Promise<Buffer> =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: `hsl(${hue}, 80%, 50%)` } })
    .png()
    .toBuffer();
async function writeTsv(count: number): Promise<string> {
  const rows: string[] = [];
  for (let i = 0; i < count; i++) rows.push(`${i + 1}\t${(await picture((i * 360) / count)).toString('base64')}\n`);
  mkdirSync(join(base, 'set'));
  writeFileSync(join(base, 'set/valid_imgs.tsv'), rows.join(''));
  return join(base, 'set');
}
/** A different drawing for each number, and not symmetric. */
const DRAWING = (i: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><rect width="120" height="80" fill="#eee"/>` +
  `<circle cx="${20 + i * 8}" cy="25" r="${10 + i}" fill="hsl(${i * 36}, 80%, 40%)"/><rect x="10" y="55" width="70" height="12" fill="#222"/></svg>`;
/** An alpha channel: only the left half of the picture is visible. */
const mask = (): Promise<Buffer> =>
  sharp(
    Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><rect width="120" height="80"/><rect width="60" height="80" fill="#fff"/></svg>',
    ),
  )
    .extractChannel(0)
    .png()
    .toBuffer();
function writeTexts(...texts: string[]): string {
  const path = join(base, 'texts.jsonl');
  writeFileSync(path, texts.map((text, i) => `${JSON.stringify({ text_id: i, text, image_ids: [1] })}\n`).join(''));
  return path;
}

test('features of a dataset are loaded, searched and ranked unchanged', async () => {
  const set = await writeTsv(12);
  const texts = writeTexts('红色的“CAT”', '红色的"cat"', '一只小狗');
  expect(wentu('features', '--images', set, '--texts', texts, '--output', set)).toMatchObject({
    code: 0,
    out: `features of 3 texts and 12 pictures are in ${set}, 0 failed\n`,
  });
  const images = read(join(set, 'valid_imgs.img_feat.jsonl'));
  expect(images.map(({ image_id }) => image_id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  for (const { feature } of images) expect(feature.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
  // Curly quotes and capitals are cleaned first, as in the reference.
  const [curly, plain, dog] = read(join(set, 'valid_texts.txt_feat.jsonl'));
  expect(cosine(curly!, plain!)).toBeGreaterThan(0.99999);
  expect(cosine(curly!, dog!)).toBeLessThan(0.99);

  expect(wentu('load', set, '-c', 'set').out).toMatch(/^succeeded: 12 loaded/);
  const hits = JSON.parse(wentu('search', '一只小狗', '-c', 'set', '-k', '3', '--json').out) as { imageId: string }[];
  const feats = [
    '--image-feats',
    join(set, 'valid_imgs.img_feat.jsonl'),
    '--text-feats',
    join(set, 'valid_texts.txt_feat.jsonl'),
  ];
  expect(wentu('knn', ...feats, '--top-k', '3', '--output', join(base, 'p.jsonl')).code).toBe(0);
  const ranked = readFileSync(join(base, 'p.jsonl'), 'utf8').split('\n')[2];
  expect(ranked).toBe(`{"text_id": 2, "image_ids": [${hits.map(({ imageId }) => imageId).join(', ')}]}`);
});

test('texts are read as in the reference, also compatibility characters', async () => {
  const set = await writeTsv(1);
  const texts = writeTexts('⼩⽝', '🐶', '小犬');
  expect(wentu('features', '--images', set, '--texts', texts, '--output', set).code).toBe(0);
  const [radicals, face, plain] = read(join(set, 'valid_texts.txt_feat.jsonl'));
  // cn_clip reads both as [UNK]; a search reads the first like the third.
  expect(radicals!.feature).toEqual(face!.feature);
  expect(cosine(radicals!, plain!)).toBeLessThan(0.99);
});

test('a killed run is continued and gives the same file as an uninterrupted one', async () => {
  const set = await writeTsv(60);
  const args = ['--images', join(set, 'valid_imgs.tsv'), '--texts', writeTexts('狗'), '--batch-size', '2'];
  const [whole, interrupted] = [join(base, 'whole'), join(base, 'torn')];
  expect(wentu('features', ...args, '--output', whole).code).toBe(0);
  const child = spawn(process.execPath, [WENTU, 'features', ...args, '--output', interrupted], {
    env,
    stdio: 'ignore',
  });
  const exited = new Promise((done) => child.once('exit', done));
  const file = join(interrupted, 'valid_imgs.img_feat.jsonl');
  while (child.exitCode === null && (!existsSync(file) || statSync(file).size === 0)) await sleep(1);
  child.kill('SIGKILL');
  await exited;
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(60);
  appendFileSync(file, '{"image_id": 5');
  expect(wentu('features', ...args, '--output', interrupted)).toMatchObject({
    code: 0,
    out: `features of 1 texts and 60 pictures are in ${interrupted}, 0 failed\n`,
  });
  const [expected, found] = [read(join(whole, 'valid_imgs.img_feat.jsonl')), read(file)];
  expect(found.map(({ image_id }) => image_id)).toEqual(expected.map(({ image_id }) => image_id));
  found.forEach((feature, i) => expect(cosine(feature, expected[i]!)).toBeGreaterThan(0.99999));
});

test('features of rotated or transparent pictures are recognised as those of their model', async () => {
  const photos = join(base, 'photos');
  mkdirSync(photos);
  for (let i = 0; i < 10; i++) {
    const art = sharp(Buffer.from(DRAWING(i)), { density: 96 });
    if (i % 2 === 0)
      await art
        .flatten({ background: '#fff' })
        .jpeg()
        .withMetadata({ orientation: 6 })
        .toFile(join(photos, `${i}.jpg`));
    // The colours under transparent pixels are noise, as some programs write them.
    else
      await art
        .ensureAlpha()
        .removeAlpha()
        .joinChannel(await mask())
        .png()
        .toFile(join(photos, `${i}.png`));
  }
  const rows = readdirSync(photos).map(
    (name, i) => `${i + 1}\t${readFileSync(join(photos, name)).toString('base64')}\n`,
  );
  mkdirSync(join(base, 'set'));
  writeFileSync(join(base, 'set/valid_imgs.tsv'), rows.join(''));
  const set = join(base, 'set');
  expect(wentu('features', '--images', set, '--texts', writeTexts('狗'), '--output', set).code).toBe(0);
  rmSync(join(set, 'valid_imgs.img_feat.json'));
  expect(wentu('load', set, '-c', 'set')).toMatchObject({
    out: expect.stringMatching(/^succeeded: 10 loaded/) as string,
  });
});

test('features of another model get its space when it is installed, and are compared with it', async () => {
  const set = await writeTsv(8);
  const other = join(base, 'other');
  cpSync(join(__dirname, '../../../models/wentu-mini'), other, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(other, 'wentu-model.json'), 'utf8')) as object;
  writeFileSync(join(other, 'wentu-model.json'), JSON.stringify({ ...manifest, name: 'other', space: 'other-7' }));
  expect(wentu('model', 'add', other).code).toBe(0);
  env['WENTU_MODEL'] = 'other';
  expect(wentu('features', '--images', set, '--texts', writeTexts('狗'), '--output', set).code).toBe(0);
  // In cn_clip's format: without a sidecar.
  rmSync(join(set, 'valid_imgs.img_feat.json'));
  delete env['WENTU_MODEL'];
  expect(wentu('load', set, '-c', 'theirs', '--features-model', 'other').out).toMatch(/^succeeded: 8 loaded/);
  expect(JSON.parse(wentu('search', '狗', '-c', 'theirs', '--json').out)).toHaveLength(8);
  const features = join(set, 'valid_imgs.img_feat.jsonl');
  const negated = read(features).map((each) => ({ ...each, feature: each.feature.map((value) => -value) }));
  writeFileSync(features, negated.map((each) => `${JSON.stringify(each)}\n`).join(''));
  const wrong = wentu('load', set, '-c', 'wrong', '--features-model', 'other');
  expect(wrong.code).not.toBe(0);
  expect(wrong.out + wrong.err).toMatch(/were not made by other/);
});

test('features of a dataset are written by one process at a time, and not continued when it has changed', async () => {
  const set = await writeTsv(40);
  const args = ['features', '--images', set, '--texts', writeTexts('狗'), '--output', set, '--batch-size', '1'];
  const first = spawn(process.execPath, [WENTU, ...args], { env, stdio: 'ignore' });
  const exited = new Promise((done) => first.once('exit', done));
  const file = join(set, 'valid_imgs.img_feat.jsonl');
  while (first.exitCode === null && !existsSync(file)) await sleep(1);
  // The first process is blocked while it writes, so it cannot end before the second has been refused.
  first.kill('SIGSTOP');
  expect(wentu(...args)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/another process is writing the features of valid/) as string,
  });
  first.kill('SIGCONT');
  await exited;
  appendFileSync(join(set, 'valid_imgs.tsv'), `41\t${(await picture(7)).toString('base64')}\n`);
  expect(wentu(...args)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/started with input files that have changed since/) as string,
  });
});

test('bad pictures are listed on stderr, the others get features, and the exit code is 1', async () => {
  const photos = join(base, 'photos');
  mkdirSync(photos);
  for (let i = 0; i < 25; i++) writeFileSync(join(photos, `bad-${i}.jpg`), 'no picture');
  writeFileSync(join(photos, 'good.png'), await picture(0));
  const output = join(base, 'out');
  const run = wentu('features', '--images', photos, '--texts', writeTexts('狗'), '--output', output, '--split', 'test');
  expect(run).toMatchObject({ code: 1, out: `features of 1 texts and 1 pictures are in ${output}, 25 failed\n` });
  expect(run.err.match(/^bad-\d+\.jpg: UNSUPPORTED_FORMAT: /gm)).toHaveLength(20);
  expect(run.err).toMatch(/^… and 5 more$/m);
  expect(read(join(output, 'test_imgs.img_feat.jsonl')).map(({ image_id }) => image_id)).toEqual(['good.png']);
});

test.each([
  [['--batch-size', '0'], /batch-size is 0/],
  [['--split', '../x'], /split is \.\.\/x/],
  [['--texts', '/no/such/file'], /\/no\/such\/file does not exist/],
  [['--images', '/no/such/dir'], /\/no\/such\/dir does not exist/],
])('an error that the user can correct is exit code 2: %j', async (args, message) => {
  const set = await writeTsv(1);
  const all = ['--images', set, '--texts', writeTexts('狗'), '--output', join(base, 'out'), ...args];
  expect(wentu('features', ...all)).toMatchObject({ code: 2, err: expect.stringMatching(message) as string });
});
