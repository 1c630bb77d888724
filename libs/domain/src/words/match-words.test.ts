import { foldedText, hasExactWords, matchWords } from './match-words';
import { gramsOfLines, gramsOfQuery } from './word-grams';
import { MAX_WORD_TERMS, parseWordQuery } from './word-query';

const lines = (...texts: string[]): { text: string }[] => texts.map((text) => ({ text }));
const linesOf = (query: string, ...texts: string[]): readonly number[] | null =>
  matchWords(parseWordQuery(query), lines(...texts))?.lines ?? null;

describe('a word', () => {
  test.each([
    ['出口', ['安全出口'], [0]],
    ['全出', ['安全出口'], [0]],
    ['出入', ['安全出口'], null],
    ['安 全', ['安', '全'], [0, 1]],
    ['安全', ['安', '全'], [0, 1]],
    ['口B', ['入口', '安全出口', 'B2 层'], [1, 2]],
    ['出口', ['出 口', '地铁出口'], [0, 1]],
    ['invoice', ['INVOICE No. 7'], [0]],
    ['ＩＮＶＯＩＣＥ', ['invoice'], [0]],
    ['ｶﾞｽ', ['ガス'], [0]],
    ['國家', ['国家图书馆'], [0]],
    ['国家', ['國家圖書館'], [0]],
    ['頭髮', ['头发'], [0]],
    ['café', ['CAFE\u0301 NOIR'], [0]],
    ['ΟΔΟΣ', ['οδος'], [0]],
    ['𠮷野', ['𠮷野家'], [0]],
    ['3.50', ['￥3.50'], [0]],
    ['aa', ['aaa', 'b'], [0]],
  ])('%s in %j', (query, texts, found) => {
    expect(linesOf(query, ...texts)).toEqual(found);
  });
});

describe('a single character stands alone', () => {
  test.each([
    ['出', ['出'], [0]],
    ['出', ['出口'], null],
    ['出', ['入口', '出 口'], [1]],
    ['出', ['入口', '　出　'], [1]],
    ['5', ['5 元', '15 元'], [0]],
    ['a', ['Ａ-B'], [0]],
    ['a', ['AB'], null],
    ['♥', ['♥'], [0]],
    ['♥', ['I ♥ NY'], null],
    ['𠮷', ['𠮷 野'], [0]],
    ['國', ['国'], [0]],
  ])('%s in %j', (query, texts, found) => {
    expect(linesOf(query, ...texts)).toEqual(found);
  });
});

describe('a text in quotation marks', () => {
  test.each([
    ['"Invoice"', ['Invoice'], [0]],
    ['"Invoice"', ['INVOICE'], null],
    ['“國家”', ['国家'], null],
    ['“國家”', ['國家', '国家'], [0]],
    ['"New York"', ['Welcome to', 'New York'], [1]],
    ['"New', ['New', 'new'], [0]],
    ['"ＡＢ"', ['AB'], null],
    ['"A"', ['a', 'A'], [1]],
  ])('%s in %j', (query, texts, found) => {
    expect(linesOf(query, ...texts)).toEqual(found);
  });
});

test('all words have to be found, in any order', () => {
  expect(linesOf('出口 安全', '安全', '出口', 'B2')).toEqual([0, 1]);
  expect(linesOf('出口 入口', '安全', '出口')).toBeNull();
  expect(matchWords(parseWordQuery('a"B c"口 出口'), lines('a', 'Bc', '口', '出口'))).toEqual({
    words: ['a', 'Bc', '口', '出口'],
    lines: [0, 1, 2, 3],
  });
});

test('a picture without lines has no words', () => {
  expect(matchWords(parseWordQuery('出口'), [])).toBeNull();
});

test.each(['', '  ', '""', '“ ”', '\u200b'])('%j has no words', (text) => {
  expect(() => parseWordQuery(text)).toThrow('has no words; give at least one word');
});

test('a query has a largest number of words', () => {
  const words = (count: number): string => Array.from({ length: count }, (_, i) => `w${i}`).join(' ');
  expect(parseWordQuery(words(MAX_WORD_TERMS)).terms).toHaveLength(MAX_WORD_TERMS);
  expect(() => parseWordQuery(words(MAX_WORD_TERMS + 1))).toThrow('33 words; give at most 32');
});

test('the grams of a query are among those of every picture that has its words', () => {
  const picture = lines('安全出口 B2', '国', '𠮷');
  const grams = gramsOfLines(picture);
  for (const query of ['安全', 'b', '口b', '國', '𠮷', '"B2"', '全出口b2国 安'])
    if (matchWords(parseWordQuery(query), picture))
      expect([query, gramsOfQuery(parseWordQuery(query)).every((gram) => grams.has(gram))]).toEqual([query, true]);
  expect(gramsOfQuery(parseWordQuery('x'.repeat(10) + '出口'.repeat(100)))).toHaveLength(4);
  const long = Array.from({ length: 90 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
  expect(gramsOfQuery(parseWordQuery(`${long} 出口`))).toHaveLength(32);
});

test('a query matches when its words are in the folded text and its exact words are in the lines', () => {
  const picture = lines('安全出口 B2', '國', 'Ａ b');
  for (const text of ['安全', '"B2"', '"b2"', '"國"', '"国"', 'b2国', '"Ａ"', '"A"', 'c', '口b2国a']) {
    const query = parseWordQuery(text);
    const { text: folded, alone } = foldedText(picture);
    const isFolded = query.terms.every(({ folded: word }) =>
      [...word].length < 2 ? alone.has(word) : folded.includes(word),
    );
    expect([text, isFolded && hasExactWords(query, picture)]).toEqual([text, matchWords(query, picture) !== null]);
  }
});
