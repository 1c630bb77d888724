import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanForEvaluation, createTokenizer } from './tokenizer';

const vocabulary = readFileSync(join(__dirname, '../../../models/wentu-mini/vocab.txt'), 'utf8').trimEnd().split('\n');
const golden = readFileSync(join(__dirname, '../fixtures/tokenizer.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { text: string; ids: number[]; idsEval: number[] });
const tokenizer = createTokenizer(vocabulary, 52);
const padded = (ids: number[]): number[] => [...ids, ...new Array<number>(52 - ids.length).fill(0)];

test('gives the reference’s ids on every golden text', () => {
  const wrong = golden.filter(
    ({ text, ids }) => JSON.stringify(padded(tokenizer.encode(text))) !== JSON.stringify(ids),
  );
  expect(wrong.map(({ text, ids }) => ({ text, got: padded(tokenizer.encode(text)), ids }))).toEqual([]);
  expect(golden.length).toBeGreaterThan(150);
});

test('gives the reference’s ids after the cleaning of the evaluation', () => {
  const wrong = golden.filter(
    ({ text, idsEval }) =>
      JSON.stringify(padded(tokenizer.encode(cleanForEvaluation(text)))) !== JSON.stringify(idsEval),
  );
  expect(wrong).toEqual([]);
});

test.each([
  ['short words', '狗 '.repeat(50_000)],
  ['one long word', 'x'.repeat(100_000)],
  ['words just under the limit', `${'y'.repeat(199)} `.repeat(600)],
  ['punctuation', '!'.repeat(100_000)],
  ['dropped characters, then words', '\u0000'.repeat(60_000) + '红 苹 果'.repeat(10_000)],
])('a text of 100,000 characters is cut to the context: %s', (_name, text) => {
  const ids = tokenizer.encode(text);
  expect(ids.length).toBeLessThanOrEqual(52);
  expect(ids[0]).toBe(101);
  expect(ids.at(-1)).toBe(102);
});

test.each(['\u0000', '\u0301', '\u0301\u200b', ' ', '\u2028'])(
  'dropped characters before the words, however many, change nothing: %j',
  (dropped) => {
    expect(tokenizer.encode(dropped.repeat(30_000) + '红苹果')).toEqual(tokenizer.encode('红苹果'));
  },
);

test('a lone surrogate is an unknown word and is not dropped', () => {
  expect(tokenizer.encode('\ud800')).toEqual([101, 100, 102]);
});

test('a vocabulary without the special pieces of BERT is refused', () => {
  expect(() => createTokenizer(['a', 'b'], 52)).toThrow(/but not \[CLS\]/);
});
