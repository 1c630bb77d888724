import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder } from '@wentu/data-folder';

const WENTU = join(__dirname, '../bin/wentu.js');
const PICTURES = join(__dirname, '../../../libs/words/fixtures');
const SLIDE = join(PICTURES, 'slide-5.jpg');
const BLANK = join(PICTURES, 'no-text-5.jpg');
let base: string;
beforeAll(() => (base = mkdtempSync(join(tmpdir(), 'wentu-words-'))));
afterAll(() => rmSync(base, { recursive: true, force: true }));

function words(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [WENTU, 'words', ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], WENTU_DATA_DIR: join(base, 'data') },
    encoding: 'utf8',
    timeout: 240_000,
  });
  return { code: status, out: stdout, err: stderr };
}

test('prints the lines of a picture, while another process holds the data folder', async () => {
  const holder = await DataFolder.open(join(base, 'data'));
  try {
    const { code, out, err } = words(SLIDE);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n').filter(Boolean)).toHaveLength(6);
  } finally {
    await holder.close();
  }
});

test('names the file of each line when there are several, and those without text', () => {
  const { code, out, err } = words(SLIDE, BLANK);
  expect(code).toBe(0);
  expect(
    out
      .split('\n')
      .filter(Boolean)
      .every((line) => line.startsWith(`${SLIDE}\t`)),
  ).toBe(true);
  expect(err).toBe(`${BLANK}: no text was found\n`);
});

test('gives the confidence and the box of each line as JSON', () => {
  const { out } = words(SLIDE, BLANK, '--json');
  const [slide, blank] = JSON.parse(out) as {
    file: string;
    lines: { text: string; confidence: number; box: number[][] }[];
  }[];
  expect(blank).toEqual({ file: BLANK, lines: [] });
  expect(slide!.lines).toHaveLength(6);
  for (const { text, confidence, box } of slide!.lines) {
    expect(text).not.toBe('');
    expect(confidence).toBeGreaterThan(0.5);
    expect(box).toHaveLength(4);
    for (const value of box.flat()) expect(value).toBeLessThanOrEqual(1);
  }
});

test('a file that cannot be read does not stop the others', () => {
  const none = join(base, 'none.jpg');
  const { code, out, err } = words(none, SLIDE);
  expect(code).toBe(1);
  expect(err).toContain(`${none}: READ_FAILED: `);
  expect(out.split('\n').filter(Boolean)).toHaveLength(6);
});

test('a folder without models is wrong input', () => {
  const { code, err } = words(SLIDE, '--models', base);
  expect(code).toBe(2);
  expect(err).toContain('has no file of the detector');
});
