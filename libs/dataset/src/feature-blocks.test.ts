import { checkSameDimension, readFeatureBlocks } from './feature-blocks';
import { TempFolder } from './testing/temp-folder';

let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(() => folder.remove());

async function read(content: string, limits = { blockBytes: 1e6, maxRows: 100 }): Promise<[string[], number[][]][]> {
  const path = await folder.write('f.jsonl', content);
  const blocks: [string[], number[][]][] = [];
  for await (const { ids, features } of readFeatureBlocks({ path, idKey: 'text_id' }, limits))
    blocks.push([[...ids], features.map((feature) => [...feature])]);
  return blocks;
}
const line = (id: string, ...feature: number[]): string => `{"text_id": ${id}, "feature": [${feature.join(', ')}]}\n`;

test('ids keep every digit, and the quotes of strings', async () => {
  const content = line('9007199254740993', 1, 2) + line('"9007199254740993"', 0.1, 1e-300) + line('"caf\\u00e9"', 3, 4);
  expect(await read(content)).toEqual([
    [
      ['9007199254740993', '"9007199254740993"', '"caf\\u00e9"'],
      [
        [1, 2],
        [0.1, 1e-300],
        [3, 4],
      ],
    ],
  ]);
});

test('blocks end at the limits of rows and bytes', async () => {
  const content = [1, 2, 3, 4, 5].map((id) => line(String(id), id, 0)).join('');
  const ids = async (limits: { blockBytes: number; maxRows: number }): Promise<string[][]> =>
    (await read(content, limits)).map(([block]) => block);
  expect(await ids({ blockBytes: 1e6, maxRows: 2 })).toEqual([['1', '2'], ['3', '4'], ['5']]);
  expect(await ids({ blockBytes: 48, maxRows: 100 })).toEqual([
    ['1', '2', '3'],
    ['4', '5'],
  ]);
});

test.each([
  ['', /f\.jsonl has no features/],
  [line('1', 1, 2) + line('2', 1), /f\.jsonl:2: the feature has 1 numbers, the first of the file 2/],
  [line('1'), /f\.jsonl:1: the feature is empty/],
  [line('1', 1) + '{"text_id": 2, "feature": [NaN]}', /f\.jsonl:2: the feature contains NaN/],
  [line('1', 1e200), /f\.jsonl:1: the feature contains NaN or too large numbers/],
  [line('1', 1) + '\n{"image_id": 2, "feature": [1]}', /f\.jsonl:3: the line is not a feature: it has no text_id/],
  [line('1', 1) + line('2', 1).slice(0, -4), /f\.jsonl:2: the line is not a feature/],
  [line('1', 1) + line('2', 1) + line('1', 2), /f\.jsonl:3: text_id 1 is on an earlier line too/],
  [line('1.5', 1), /f\.jsonl:1: text_id is 1\.5/],
  [`{"text_id": 1, "feature": [${'1,'.repeat(600_000)}1]}`, /f\.jsonl:1: the line is longer than/],
])('an error names the file and the line (%#)', async (content, message) => {
  await expect(read(content)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(message) as string,
  });
});

test('a missing file is NOT_FOUND', async () => {
  const blocks = readFeatureBlocks({ path: `${folder.path}/none`, idKey: 'image_id' }, { blockBytes: 1, maxRows: 1 });
  await expect(blocks.next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('features of different dimensions are refused', () => {
  const [a, b] = [1, 2].map((dimension) => ({ dimension, ids: [], features: [] })) as [never, never];
  expect(() => checkSameDimension(a, 'a', a, 'b')).not.toThrow();
  expect(() => checkSameDimension(a, 'a', b, 'b')).toThrow('a contains 1-d features, b 2-d ones');
});
