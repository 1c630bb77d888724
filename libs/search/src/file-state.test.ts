import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStates } from './file-state';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-state-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('only a clear answer of the file system counts as missing', async () => {
  await writeFile(join(folder, 'file'), '');
  await mkdir(join(folder, 'folder'));
  await symlink('file', join(folder, 'link'));
  await symlink('nowhere', join(folder, 'dangling'));
  await symlink('loop', join(folder, 'loop'));
  const files = new FileStates();
  for (const [name, state] of [
    ['file', 'present'],
    ['link', 'present'],
    ['none', 'missing'],
    ['file/below', 'missing'],
    ['folder', 'missing'],
    ['dangling', 'dangling'],
    ['loop', 'unknown'],
  ])
    expect([name, await files.of(join(folder, name!))]).toEqual([name, state]);
});

test('a file is unknown after the time limit, and no further file is checked', async () => {
  const files = new FileStates(5);
  const never = new Promise<string>(() => undefined);
  expect(await files.limit(never)).toBeNull();
  expect(await files.of(folder)).toBe('unknown');
});
