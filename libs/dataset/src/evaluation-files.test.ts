import { formatAnswer } from './answer-file';
import { readPredictions, readRelevant } from './evaluation-files';
import { TempFolder } from './testing/temp-folder';

let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(() => folder.remove());
const file = (...lines: string[]): Promise<string> => folder.write('f.jsonl', lines.join('\n'));

test('predictions keep their order, and only the needed first ones, in both directions', async () => {
  const big = '9007199254740993';
  const texts = await readPredictions(await file(formatAnswer('text', '1', [big, '"b"', '3'])), 2);
  expect(texts).toEqual({ kind: 'text', lists: new Map([['1', [big, 'b']]]) });
  const images = await readPredictions(await file(formatAnswer('image', big, ['7', '8'])), 2);
  expect(images).toEqual({ kind: 'image', lists: new Map([[big, ['7', '8']]]) });
});

test.each([
  [[], /f\.jsonl is empty/],
  [['{"text_id": 1, "image_ids": [1]}'], /f\.jsonl:1: text_id 1 has 1 predictions; 2 are needed/],
  [['{"text_id": 1, "image_ids": [1, 2, 1]}'], /f\.jsonl:1: 1 is predicted twice for text_id 1/],
  [
    ['{"text_id": 1, "image_ids": [1, 2]}', '{"text_id": 1, "image_ids": [1, 2]}'],
    /f\.jsonl:2: text_id 1 is on an earlier line/,
  ],
  [['{"text_id": 1, "image_ids": [1, 2]}', '{"image_id": 1, "text_ids": [1, 2]}'], /f\.jsonl:2: the line has image_id/],
  [['{"text_id": 1, "images": [1, 2]}'], /f\.jsonl:1: the line is neither .* it has only text_id/],
  [['{"text_id": 1.5, "image_ids": [1, 2]}'], /f\.jsonl:1: .*the id 1\.5 is neither a whole number/],
  [['{"text_id": 1, "image_ids": {"a": 1}}'], /f\.jsonl:1: .*'\{' at position 1/],
  [['{"text_id": 1, "image_ids": [1, 2]'], /f\.jsonl:1: .*the end at position/],
])('predictions that cannot be evaluated are refused with file and line (%#)', async (lines, message) => {
  await expect(readPredictions(await file(...lines), 2)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(message) as string,
  });
});

const texts = ['{"text_id": 1, "text": "x]}", "image_ids": [10, 11]}', '{"text_id": 2, "image_ids": [10]}'];

test('the texts file has the right answers for texts and, inverted, for images', async () => {
  const path = await file(...texts);
  expect(await readRelevant(path, 'text')).toEqual(
    new Map([
      ['1', new Set(['10', '11'])],
      ['2', new Set(['10'])],
    ]),
  );
  expect(await readRelevant(path, 'image')).toEqual(
    new Map([
      ['10', new Set(['1', '2'])],
      ['11', new Set(['1'])],
    ]),
  );
});

test("cn_clip's inverted file has the right answers for images", async () => {
  const path = await file('{"image_id": 10, "text_ids": [1, 2]}');
  expect(await readRelevant(path, 'image')).toEqual(new Map([['10', new Set(['1', '2'])]]));
  await expect(readRelevant(path, 'text')).rejects.toThrow(/f\.jsonl:1: the predictions have text ids/);
});

test.each([
  [[...texts, texts[0]!], /f\.jsonl:3: text_id 1 is on an earlier line too/],
  [[...texts, '{"image_id": 10, "text_ids": [1, 2]}'], /f\.jsonl:3: the line has image_id/],
])('contradictory right answers are refused (%#)', async (lines, message) => {
  await expect(readRelevant(await file(...lines), 'text')).rejects.toThrow(message);
});

test('a texts file without image ids cannot be evaluated for images', async () => {
  const path = await file('{"text_id": 1, "image_ids": []}');
  await expect(readRelevant(path, 'image')).rejects.toThrow(/lists no image/);
});
