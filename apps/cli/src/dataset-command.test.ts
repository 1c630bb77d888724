import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

const WENTU = join(__dirname, '../bin/wentu.js');
let base: string;
let rows: string;
/** A truncated picture. */
let cut: string;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'wentu-check-'));
  const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#d00' } })
    .jpeg()
    .toBuffer();
  rows = `1\t${picture.toString('base64')}\n2\t${picture.toString('base64url')}\n`;
  cut = picture.subarray(0, picture.length / 2).toString('base64');
  writeFileSync(join(base, 'valid_texts.jsonl'), '{"text_id": 1, "text": "红色", "image_ids": [1, 2]}\n');
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

function check(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [WENTU, 'dataset', 'check', ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], WENTU_DATA_DIR: join(base, 'data') },
    encoding: 'utf8',
    timeout: 240_000,
  });
  return { code: status, out: stdout, err: stderr };
}

test('a correct dataset is exit code 0', () => {
  writeFileSync(join(base, 'valid_imgs.tsv'), rows);
  expect(check(base)).toMatchObject({
    code: 0,
    out: `${base}: tsv, split valid\n  pictures        2 of 2 good\n  texts           1 of 1 good\nno problems\n`,
  });
});

test('a dataset with problems is exit code 1 and lists them', () => {
  const bad = Array.from({ length: 12 }, () => 'no tab\n').join('');
  writeFileSync(join(base, 'valid_imgs.tsv'), `1\t${cut}\n${bad}`);
  const { code, out } = check(base, '--split', 'valid');
  expect(code).toBe(1);
  expect(out).toMatch(/pictures {8}0 of 13 good/);
  expect(out).toMatch(/14 problems\n/);
  expect(out).toMatch(/ {2}DECODE_FAILED: 1\n {4}valid_imgs\.tsv:1: the JPEG is cut off/);
  expect(out).toMatch(/ {2}BAD_ROW: 12\n/);
  expect(out).toContain('    … and 2 more\n');
  expect(out).toContain('valid_texts.jsonl:1: there is no picture with the id 2\n');
  const report = JSON.parse(check(base, '--json').out) as { problems: { total: number; counts: object } };
  expect(report.problems).toMatchObject({ total: 14, counts: { DECODE_FAILED: 1, BAD_ROW: 12, NO_IMAGE: 1 } });
});

test('a missing folder or split is exit code 2', () => {
  expect(check(join(base, 'none'))).toMatchObject({ code: 2 });
  expect(check(base, '--split', 'test')).toMatchObject({
    code: 2,
    err: expect.stringContaining('has no test_imgs.tsv') as string,
  });
});
