import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OriginalCheck } from './original-check';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'wentu-originals-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test('finds a file of the loaded size, but not a missing file, a file of another size or a folder', async () => {
  const check = new OriginalCheck();
  await writeFile(join(folder, 'a.png'), 'four');
  expect(await check.hasSize(join(folder, 'a.png'), 4)).toBe(true);
  expect(await check.hasSize(join(folder, 'a.png'), 5)).toBe(false);
  expect(await check.hasSize(join(folder, 'b.png'), 4)).toBe(false);
  expect(await check.hasSize(folder, 4)).toBe(false);
});

test('many checks at once each get their own result', async () => {
  const check = new OriginalCheck();
  await writeFile(join(folder, 'a.png'), 'four');
  const asked = Array.from({ length: 100 }, (_, i) => check.hasSize(join(folder, 'a.png'), i));
  expect((await Promise.all(asked)).flatMap((there, i) => (there ? [i] : []))).toEqual([4]);
});

test('an unreachable share blocks few threads and no caller, and is checked again when it is back', async () => {
  const held: ((file: { isFile(): boolean; size: number }) => void)[] = [];
  const check = new OriginalCheck(async () => await new Promise((answer) => held.push(answer)), 30);
  const asked = Array.from({ length: 20 }, () => check.hasSize('/mnt/gone/a.png', 4));
  expect(new Set(await Promise.all(asked))).toEqual(new Set([null]));
  expect(held).toHaveLength(2);
  for (const answer of held.splice(0)) answer({ isFile: () => true, size: 4 });
  // Checks whose callers gave up are not started any more.
  const again = check.hasSize('/mnt/gone/a.png', 4);
  await new Promise((done) => setImmediate(done));
  expect(held).toHaveLength(1);
  held[0]!({ isFile: () => true, size: 4 });
  expect(await again).toBe(true);
});
