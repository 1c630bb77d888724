import { spawn } from 'node:child_process';
import { cp, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

jest.setTimeout(120_000);

const WENTU = join(__dirname, '../bin/wentu.js');
const MINI = join(__dirname, '../../../models/wentu-mini');
let base: string;
let data: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'wentu-models-'));
  data = join(base, 'data');
});
afterEach(() => rm(base, { recursive: true, force: true }));

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
/** Not spawnSync: the servers of these tests live in this process. */
async function wentuWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Result> {
  const child = spawn(process.execPath, [WENTU, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], WENTU_DATA_DIR: data, WENTU_SAMPLES: 'off', ...env },
    timeout: 60_000,
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, out, err };
}
const wentu = (...args: string[]): Promise<Result> => wentuWith({}, ...args);
const containing = (text: string): string => expect.stringContaining(text) as string;

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
  expect(await wentu('model', 'add', MINI, '--name', 'mini-two')).toMatchObject({
    code: 0,
    out: containing('added mini-two (768-d'),
  });
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
  expect((await wentu('model', 'use', 'mini-two')).out).toMatch(/from the next start on; a server that runs keeps/);
  expect((await list()).find((model) => model.inUse)).toMatchObject({ name: 'mini-two' });
  expect(await wentu('model', 'verify', 'mini-two')).toMatchObject({ code: 0, out: containing('mini-two: every') });

  const vocabulary = join(data, 'models/mini-two/vocab.txt');
  const file = await open(vocabulary, 'r+');
  await file.write(Buffer.from('?'), 0, 1, 100);
  await file.close();
  expect(await wentu('model', 'verify', 'mini-two')).toMatchObject({
    code: 2,
    err: containing(`${vocabulary} has SHA-256`),
  });
  const all = await wentu('model', 'verify');
  expect(all).toMatchObject({ code: 1, out: containing('wentu-mini: every'), err: containing(vocabulary) });

  expect(await wentu('model', 'remove', 'mini-two')).toMatchObject({
    code: 2,
    err: containing('choose another one first'),
  });
  expect((await wentu('model', 'use', 'wentu-mini')).code).toBe(0);
  expect(await wentu('model', 'remove', 'mini-two')).toMatchObject({ code: 0, out: 'removed mini-two\n' });
  expect(await wentu('model', 'verify', 'mini-two')).toMatchObject({ code: 2, err: containing('wentu model list') });
  expect((await readdir(join(data, 'models'))).filter((name) => name !== '.partial')).toEqual([]);
});

test('what cannot be done says why, and changes nothing', async () => {
  const broken = join(base, 'broken');
  await cp(MINI, broken, { recursive: true });
  await writeFile(join(broken, 'vocab.txt'), (await readFile(join(broken, 'vocab.txt'))).fill(65, 10, 11));
  for (const [args, message] of [
    [['add', broken, '--name', 'broken'], 'vocab.txt has SHA-256'],
    [['add', MINI], 'a model named wentu-mini is there already'],
    [['add', MINI, '--name', '../mini'], '"../mini" cannot be the name of a model'],
    [['add', join(base, 'nowhere')], 'there is no folder'],
    [['use', 'nobody'], 'no model named "nobody" is installed'],
    [['remove', 'wentu-mini'], 'is shipped with Wentu'],
  ] as const) {
    expect(await wentu('model', ...args)).toMatchObject({ code: 2, err: containing(message) });
  }
  expect((await readdir(join(data, 'models'))).filter((name) => name !== '.partial')).toEqual([]);
});

test('WENTU_MODEL goes before what was chosen, and a choice that is gone says how to mend it', async () => {
  await wentu('model', 'add', MINI, '--name', 'mini-two');
  const use = await wentuWith({ WENTU_MODEL: 'wentu-mini' }, 'model', 'use', 'mini-two');
  expect(use.out).toContain('WENTU_MODEL is set to wentu-mini here');
  expect((await list({ WENTU_MODEL: 'wentu-mini' })).find((model) => model.inUse)?.name).toBe('wentu-mini');
  await rm(join(data, 'models/mini-two'), { recursive: true });
  expect(await wentu('collections')).toMatchObject({ code: 2, err: containing('wentu model use wentu-mini') });
});

test('a collection of one embedding space meets another model: INDEX_MISMATCH with both names and the way out', async () => {
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
  for (const args of [
    ['search', '红色', '-c', 'ours'],
    ['load', photos, '-c', 'ours'],
  ]) {
    const { code, err } = await wentu(...args);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/wentu-mini embeddings.*other.*(WENTU_MODEL=wentu-mini|another collection)/),
    ]);
  }
  expect((await wentu('load', photos, '-c', 'theirs')).code).toBe(0);
  expect((await wentu('search', '红色', '-c', 'theirs')).code).toBe(0);

  await wentu('model', 'use', 'wentu-mini');
  expect((await wentu('search', '红色', '-c', 'ours')).out).toContain('red.png');
  const removed = await wentu('model', 'remove', 'other');
  expect([removed.code, removed.out]).toEqual([
    0,
    expect.stringMatching(/space other-space; they cannot be searched[^]*: .*theirs/),
  ]);
});
