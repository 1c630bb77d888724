import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';

const WENTU = join(__dirname, '../bin/wentu.js');
let base: string;
let env: NodeJS.ProcessEnv;
let server: ChildProcess | null = null;

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
function wentu(...args: string[]): Result {
  const options = { env, encoding: 'utf8', timeout: 240_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [WENTU, ...args], options);
  return { code: status, out: stdout, err: stderr };
}

interface Hit {
  readonly id: string;
  readonly imageId: string;
  readonly collection: string;
  readonly score: number;
  readonly similarity: number;
}
function hits(...args: string[]): Hit[] {
  const { code, out, err } = wentu('search', ...args, '--json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as Hit[];
}

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'wentu-search-command-'));
  env = {
    ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], LC_ALL: 'C' },
    ...{ WENTU_DATA_DIR: join(base, 'data'), WENTU_SAMPLES: 'off' },
  };
  const colours = { 甲: ['#d00', '#0b0', '#00d'], 乙: ['#e40', '#dd0', '#808'] };
  for (const [name, backgrounds] of Object.entries(colours)) {
    mkdirSync(join(base, name));
    for (const [i, background] of backgrounds.entries())
      await sharp({ create: { width: 64, height: 48, channels: 3, background } })
        .withExif({ IFD2: { DateTimeOriginal: `202${i}:07:15 12:00:00` } })
        .png()
        .toFile(join(base, name, `${i}.png`));
    expect(wentu('load', join(base, name), '-c', name).code).toBe(0);
  }
});
afterAll(async () => {
  await stop();
  rmSync(base, { recursive: true, force: true });
});

async function serve(): Promise<void> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  server = spawn(process.execPath, [WENTU, 'serve'], { env: { ...env, PORT: String(port) }, stdio: 'ignore' });
  const ready = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let i = 0; i < 600 && !(await ready()); i++) await sleep(100);
}

async function stop(): Promise<void> {
  if (!server) return;
  const ended = new Promise((done) => server?.once('exit', done));
  server.kill('SIGTERM');
  await ended;
  server = null;
}

/** Everything that is searched, and the lines that are printed. */
function results(): unknown {
  const everywhere = hits('红色', '--all');
  expect(everywhere).toHaveLength(6);
  const single = ['甲', '乙'].flatMap((name) => hits('红色', '-c', name));
  expect(everywhere).toEqual(single.sort((a, b) => b.similarity - a.similarity));
  expect(hits('红色', '-c', '甲', '-c', '乙')).toEqual(everywhere);
  const like = hits('--like', join(base, '甲', '0.png'), '--all', '-k', '3');
  expect(like[0]).toMatchObject({ collection: '甲', imageId: '0.png' });
  expect(like[0]!.similarity).toBeCloseTo(1, 4);
  const { id } = like[0]!;
  const others = hits('--like', id, '--all');
  expect(others.map((hit) => hit.id)).not.toContain(id);
  const mixed = hits('红色', '--like', id, '--not', '蓝色', '--not', '绿色', '--all');
  expect(mixed).toHaveLength(5);
  const scores = mixed.map(({ score }) => score);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect(scores).not.toEqual(mixed.map(({ similarity }) => similarity));
  const one = hits('红色', '--not', '蓝色', '-c', '甲');
  const printed = wentu('search', '红色', '--not', '蓝色', '-c', '甲');
  const lines = one.map((hit) => `${hit.score.toFixed(4)}  ${hit.similarity.toFixed(4)}  ${hit.imageId}\n`);
  expect(printed.out).toBe(lines.join(''));
  const many = wentu('search', '红色', '--all').out.split('\n');
  expect(many[0]).toBe(
    [
      everywhere[0]!.score.toFixed(4),
      everywhere[0]!.similarity.toFixed(4),
      everywhere[0]!.collection,
      everywhere[0]!.imageId,
    ].join('  '),
  );
  expect(wentu('search', '红色apple', '--all').err).toMatch(/^not understood: apple/);
  expect(wentu('search', '红色', '-c', '甲', '-c', 'none')).toMatchObject({ code: 2, out: '' });
  const dated = wentu('search', '2021年夏天的红色', '--all');
  expect(dated.err).toMatch(/^"2021年夏天" is a time: 2021-06-01T00:00:00 to 2021-09-01T00:00:00; searched for "红色"/);
  expect(dated.out.trim().split('\n')).toEqual([expect.stringMatching(/1\.png$/), expect.stringMatching(/1\.png$/)]);
  const undated = wentu('search', '2021年夏天的红色', '--all', '--no-dates');
  expect(undated.out.trim().split('\n')).toHaveLength(6);
  return [everywhere, like, others, mixed, one, dated.out];
}

test('searches several collections, by pictures and without what is not wanted, alone and beside a server', async () => {
  const alone = results();
  await serve();
  expect(results()).toEqual(alone);
});

test('finds pictures by their words, which a server has read, alone and beside it', async () => {
  await stop();
  const words = join(__dirname, '../../api/fixtures/words');
  expect(wentu('load', words, '-c', '字').code).toBe(0);
  const find = (text: string): (Hit & { lines: string[] | null })[] =>
    JSON.parse(wentu('search', text, '-c', '字', '--words', '--json').out) as (Hit & { lines: string[] | null })[];
  expect(find('出口')).toEqual([]);
  await serve();
  // A server reads no words for two seconds after a search.
  for (let i = 0; i < 30 && find('全出口').length === 0; i++) await sleep(5_000);
  const beside = find('全出口');
  expect(beside).toMatchObject([{ imageId: 'exit.png', lines: [expect.stringContaining('安全出口') as string] }]);
  await stop();
  expect(find('全出口')).toEqual(beside);
  expect(wentu('search', '出口', '-c', '字', '--words').out).toMatch(/ exit\.png\n$/);
  expect(hits('出口', '-c', '字')).toHaveLength(4);
  wentu('drop', '字');
});

test('says which collections were not searched, and when hits are ordered by ranks', async () => {
  await stop();
  const models = join(base, 'data', 'models');
  mkdirSync(models, { recursive: true });
  cpSync(join(__dirname, '../../../libs/encoder/fixtures/tiny-model'), join(models, 'tiny'), { recursive: true });
  expect(wentu('reencode', '乙', 'tiny').code).toBe(0);
  const ranked = wentu('search', '红', '--all');
  expect([ranked.code, ranked.err]).toEqual([0, expect.stringMatching(/different models.*by ranks/)]);
  expect(ranked.out.split('\n').map((line) => line.split('  ')[2] ?? '')).toEqual([
    ...['乙', '甲', '乙', '甲', '乙', '甲'],
    '',
  ]);
  rmSync(join(models, 'tiny'), { recursive: true });
  const chinese = wentu('--language', 'zh', 'search', '红', '--all');
  expect([chinese.code, chinese.err]).toEqual([0, expect.stringMatching(/^没有搜图库「乙」：.*INDEX_MISMATCH/)]);
  expect(chinese.out.trim().split('\n')).toHaveLength(3);
});
