import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RowBlocks } from './row-blocks';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-rows-'));
  path = join(folder, 'f.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = (...ids: number[]): Promise<void> =>
  writeFile(path, ids.map((id) => `{"image_id": ${id}, "feature": [${id}, 1]}\n`).join(''));
async function read(rows: RowBlocks): Promise<[number, string[]][]> {
  const seen: [number, string[]][] = [];
  for await (const _block of rows.read((before, block) => seen.push([before, [...block.ids]])));
  return seen;
}
const blocks = (keptBytes: number): RowBlocks =>
  new RowBlocks({ path, idKey: 'image_id' }, { blockBytes: 1_000, maxRows: 2, keptBytes });

test('a small file is read from the disk once', async () => {
  await put(1, 2, 3);
  const rows = blocks(48);
  const first = await read(rows);
  expect(first).toEqual([
    [0, ['1', '2']],
    [2, ['3']],
  ]);
  await rm(path);
  expect(await read(rows)).toEqual(first);
});

test('a larger file is read each time and is not kept', async () => {
  await put(1, 2, 3);
  const rows = blocks(47);
  await read(rows);
  await put(4, 5, 6);
  expect((await read(rows)).flatMap(([, ids]) => ids)).toEqual(['4', '5', '6']);
});

test('a reading that stops early keeps nothing', async () => {
  await put(1, 2, 3);
  const rows = blocks(1_000);
  for await (const _block of rows.read(() => undefined)) break;
  expect((await read(rows)).flatMap(([, ids]) => ids)).toEqual(['1', '2', '3']);
});
