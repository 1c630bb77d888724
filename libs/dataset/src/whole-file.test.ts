import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TempFolder } from './testing/temp-folder';
import { writeWholeFile } from './whole-file';

let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(() => folder.remove());

test('lines become a file', async () => {
  const path = join(folder.path, 'f');
  await writeWholeFile(path, ['a', '文图']);
  expect(await readFile(path, 'utf8')).toBe('a\n文图\n');
});

test('a failure keeps the old file and leaves no partial file', async () => {
  const path = await folder.write('f', 'before');
  async function* lines(): AsyncGenerator<string> {
    yield 'a';
    throw new Error('torn');
  }
  await expect(writeWholeFile(path, lines())).rejects.toThrow('torn');
  expect(await readdir(folder.path)).toEqual(['f']);
  expect(await readFile(path, 'utf8')).toBe('before');
});

test('the error names a missing folder', async () => {
  await expect(writeWholeFile(join(folder.path, 'no/f'), [])).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(/no\/f cannot be written \(ENOENT\)/) as string,
  });
});
