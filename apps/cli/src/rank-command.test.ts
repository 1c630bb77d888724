import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder } from '@wentu/data-folder';
import sharp from 'sharp';

const WENTU = join(__dirname, '../bin/wentu.js');
const MODEL = join(__dirname, '../../../models/wentu-mini/wentu-model.json');
let base: string;
let red: string;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'wentu-rank-'));
  red = join(base, 'red.png');
  await sharp({ create: { width: 64, height: 48, channels: 3, background: '#d00' } })
    .png()
    .toFile(red);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

function rank(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [WENTU, 'rank', ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], WENTU_DATA_DIR: join(base, 'data') },
    encoding: 'utf8',
    timeout: 240_000,
  });
  return { code: status, out: stdout, err: stderr };
}

test('gives the softmax of the cosines in the order of the texts, while another process holds the data folder', async () => {
  const holder = await DataFolder.open(join(base, 'data'));
  try {
    const texts = ['绿色', '红色', '蓝色'];
    const { code, out } = rank(red, ...texts, '--json');
    expect(code).toBe(0);
    const ranked = JSON.parse(out) as { text: string; probability: number; similarity: number }[];
    expect(ranked.map(({ text }) => text)).toEqual(texts);
    const { logitScale } = JSON.parse(readFileSync(MODEL, 'utf8')) as { logitScale: number };
    const powers = ranked.map(({ similarity }) => Math.exp(Math.exp(logitScale) * similarity));
    const sum = powers.reduce((total, power) => total + power);
    ranked.forEach(({ probability }, i) => expect(probability).toBeCloseTo(powers[i]! / sum, 9));
    expect(Math.max(...ranked.map(({ probability }) => probability))).toBe(ranked[1]!.probability);
  } finally {
    await holder.close();
  }
});

test('prints the most probable text first', () => {
  const { code, out } = rank(red, '绿色', '红色');
  expect(code).toBe(0);
  expect(out).toMatch(/^ *\d+\.\d\d % {2}-?0\.\d{4} {2}红色\n *\d+\.\d\d % {2}-?0\.\d{4} {2}绿色\n$/);
});

test('lists on stderr the texts that the model does not know', () => {
  const { code, out, err } = rank(red, 'dog', '红色的apple', '红色', '--json');
  expect(code).toBe(0);
  expect(err).toBe(
    '"dog" was not understood: the model knows none of its words, and the results are random; describe it in Chinese\n' +
      'not understood: apple; only the rest of the text was used\n',
  );
  expect(Object.keys((JSON.parse(out) as object[])[0]!)).toEqual(['text', 'probability', 'similarity']);
});

test.each([
  ['a missing file', ['none.png', '狗'], /none\.png: the file cannot be read \(ENOENT\)/],
  ['a file that is not a picture', [MODEL, '狗'], /wentu-model\.json: the file is not a picture/],
  ['an empty text', ['', ' '], /the text is empty/],
  ['no text', [''], /missing required argument 'texts'/],
])('%s is exit code 2', (_, [image, ...texts], message) => {
  const { code, err } = rank(image === '' ? red : image!, ...texts);
  expect([code, err]).toEqual([2, expect.stringMatching(message)]);
});
