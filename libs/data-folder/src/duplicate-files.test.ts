import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredDuplicates } from '@wentu/domain';
import { DuplicateFiles } from './duplicate-files';

const result = (collectionId: number): StoredDuplicates => ({
  ...{ collectionId, storeId: 's', model: 'm', minSimilarity: 0.9, imageCount: 5, newestId: 9, finishedAtMs: 1 },
  groups: [[1, 2], [3, 4, 5]], // prettier-ignore
});
let dataDir: string;
let files: DuplicateFiles;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-duplicate-files-'));
  files = new DuplicateFiles(dataDir);
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('a result is read as it was written, and replaced as a whole', async () => {
  expect(await files.read(1)).toBeNull();
  await files.write(result(1));
  await files.write({ ...result(1), groups: [] });
  expect(await files.read(1)).toEqual({ ...result(1), groups: [] });
  expect(await readdir(join(dataDir, 'duplicates'))).toEqual(['1.json']);
});

test('a file that a crash left incomplete, and one of another format, mean that nothing is known', async () => {
  await mkdir(join(dataDir, 'duplicates'));
  for (const text of ['{"format":1,"groups":[[1', '{"format":99}', '']) {
    await writeFile(join(dataDir, 'duplicates/1.json'), text);
    expect(await files.read(1)).toBeNull();
  }
  // The rest of an interrupted write does not disturb.
  await writeFile(join(dataDir, 'duplicates/1.json.new'), '{');
  await files.write(result(1));
  expect(await files.read(1)).toEqual(result(1));
});

test('files of other collections are removed', async () => {
  for (const id of [1, 2, 30]) await files.write(result(id));
  await writeFile(join(dataDir, 'duplicates/2.json.new'), '{');
  await files.keepOnly([1, 30]);
  expect((await readdir(join(dataDir, 'duplicates'))).sort()).toEqual(['1.json', '30.json']);
});
