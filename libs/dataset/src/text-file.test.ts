import { TempFolder } from './testing/temp-folder';
import { readTexts, type TextLine } from './text-file';

let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(() => folder.remove());

async function read(...lines: string[]): Promise<TextLine[]> {
  const path = await folder.write('t.jsonl', lines.join('\n'));
  const texts: TextLine[] = [];
  for await (const text of readTexts(path)) texts.push(text);
  return texts;
}

test('the ids of texts keep every digit', async () => {
  const texts = await read(
    '{"text_id": 9007199254740993, "text": "狗\\n", "image_ids": [1]}',
    '{"text":"","text_id":"a"}',
  );
  expect(texts).toEqual([
    { id: '9007199254740993', literal: '9007199254740993', text: '狗\n' },
    { id: 'a', literal: '"a"', text: '' },
  ]);
});

test.each([
  [[], /t\.jsonl is empty/],
  [['{"text_id": 1, "text": "a"}', '{"text_id": "1", "text": "b"}'], /t\.jsonl:2: text_id 1 is on an earlier line too/],
  [['{"text_id": 1}'], /t\.jsonl:1: .*it has no text$/],
  [['{"text": "a"}'], /t\.jsonl:1: .*it has no text_id/],
  [['{"text_id": 1, "text": 5}'], /t\.jsonl:1: .*5 is not a JSON string/],
  [['{"text_id": null, "text": "a"}'], /t\.jsonl:1: .*the id null is neither a whole number/],
  [['{"text_id": 1, "text": "a'], /t\.jsonl:1: .*/],
])('an error names the file and the line (%#)', async (lines, message) => {
  await expect(read(...lines)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(message) as string,
  });
});
