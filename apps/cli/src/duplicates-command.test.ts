import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { DuplicatesView, HitView } from './backend';

const WENTU = join(__dirname, '../bin/wentu.js');
let base: string;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'wentu-cli-duplicates-'));
  const photos = join(__dirname, '../../../samples/photos');
  const photo = await sharp(join(photos, 'photo-coffee.jpg')).jpeg({ quality: 95 }).toBuffer();
  const folder = mkdtempSync(join(base, 'photos-'));
  writeFileSync(join(folder, 'coffee.jpg'), photo);
  writeFileSync(join(folder, 'coffee (1).jpg'), photo);
  writeFileSync(join(folder, 'small.jpg'), await sharp(photo).resize(160).jpeg({ quality: 80 }).toBuffer());
  writeFileSync(join(folder, 'cat.jpg'), await sharp(join(photos, 'photo-cat.jpg')).toBuffer());
  expect(wentu('load', folder, '-c', 'album').code).toBe(0);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

function wentu(...args: string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], WENTU_DATA_DIR: join(base, 'data') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [WENTU, ...args], { env, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

test('shows groups with the best picture first, and again with --last, in both languages and as JSON', () => {
  expect(wentu('duplicates', 'album', '--last')).toMatchObject({
    code: 0,
    out: 'the collection was not searched yet: omit --last\n',
  });
  const { code, out } = wentu('duplicates', 'album');
  expect(code).toBe(0);
  expect(out).toMatch(/^1 groups; all but the best picture of each take \d\.\d MB\n\n3 pictures, \d\.\d MB to spare\n/);
  expect(out).toMatch(/^\* coffee( \(1\))?\.jpg\t\d+ × \d+\t\d\.\d MB\tthe best one$/m);
  expect(out).toMatch(/^ {2}coffee( \(1\))?\.jpg\t.*\tequal file$/m);
  expect(out).toMatch(/^ {2}small\.jpg\t160 × \d+\t0\.0 MB\tsimilar: 0\.9\d\d$/m);
  expect(out).not.toContain('cat.jpg');
  expect(wentu('duplicates', 'album', '--last', '--language', 'zh').out).toMatch(/^共 1 组；.*\n\n3 张，可省 /);
  const json = JSON.parse(wentu('duplicates', 'album', '--last', '--json').out) as DuplicatesView;
  expect(json).toMatchObject({ totalCount: 1, search: { status: 'DONE', newImageCount: 0 } });
  expect(json.groups[0]!.images.map(({ kind }) => kind)).toEqual(['BEST', 'EXACT', 'NEAR']);
});

test('search --once lists each picture once, and its duplicates below it', () => {
  const coffee = String.raw`coffee( \(1\))?\.jpg`;
  const { out } = wentu('search', '咖啡', '-c', 'album', '--once');
  const group = String.raw`[\d.]+  [\d.]+  (${coffee}|small\.jpg)\n( {3}=  (${coffee}|small\.jpg)\n){2}`;
  const cat = String.raw`-?[\d.]+  [\d.]+  cat\.jpg\n`;
  expect(out).toMatch(new RegExp(`^(${group}${cat}|${cat}${group})$`));
  const hits = JSON.parse(wentu('search', '咖啡', '-c', 'album', '--once', '--json').out) as HitView[];
  expect(hits.map(({ duplicates }) => duplicates.length).sort()).toEqual([0, 2]);
  expect(wentu('search', '咖啡', '-c', 'album').out.split('\n')).toHaveLength(5);
});

test('an unknown collection is exit code 2', () => {
  expect(wentu('duplicates', 'nothing')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no collection') as string,
  });
});
