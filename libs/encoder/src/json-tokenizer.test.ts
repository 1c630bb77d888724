import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanText } from './clean-text';
import { createJsonTokenizer } from './json-tokenizer';

// tools/make-encoder-fixtures/make_tower_models.py: the ids of Python's tokenizers.
const FIXTURES = join(__dirname, '../fixtures/tower-models');
const FILES = {
  unigram: 'immich-xlmr/textual/tokenizer.json',
  bpe: 'siglip/tokenizer.json',
  'word-piece': 'tokenizers/word-piece.json',
} as const;
type Kind = keyof typeof FILES;
const KINDS = Object.keys(FILES) as Kind[];
const PLAIN = { contextLength: 24, cleaning: 'none', prefix: '' } as const;

interface Golden {
  readonly text: string;
  readonly ids: readonly number[];
  /** Of the text after open_clip's cleaning `canonicalize`. */
  readonly canonical: readonly number[];
  /** Of the text with white space cleaned, after NLLB's code of Chinese. */
  readonly chinese?: readonly number[];
}

function open(
  kind: Kind,
  options: Partial<Parameters<typeof createJsonTokenizer>[2]> = {},
): ReturnType<typeof createJsonTokenizer> {
  const path = join(FIXTURES, FILES[kind]);
  return createJsonTokenizer(readFileSync(path, 'utf8'), path, { ...PLAIN, ...options });
}

/** Without U+FEFF: the library takes it for white space, Python does not. */
const goldenOf = (kind: Kind): Golden[] =>
  readFileSync(join(FIXTURES, 'tokenizers', `${kind}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Golden)
    .filter(({ text }) => !text.includes('\ufeff'));

function wrong(
  kind: Kind,
  expected: (row: Golden) => readonly number[] | undefined,
  found: (text: string) => number[],
): unknown[] {
  const rows = goldenOf(kind);
  expect(rows.length).toBeGreaterThan(150);
  return rows
    .map((row) => ({ text: row.text, expected: expected(row), found: found(row.text) }))
    .filter((row) => JSON.stringify(row.expected) !== JSON.stringify(row.found));
}

describe.each(KINDS)('a %s tokenizer', (kind) => {
  test('gives the ids of Python on every text', () => {
    const tokenizer = open(kind);
    expect(
      wrong(
        kind,
        ({ ids }) => ids,
        (text) => tokenizer.encode(text),
      ),
    ).toEqual([]);
  });

  test('gives the ids of Python on texts without punctuation and capitals', () => {
    const tokenizer = open(kind, { cleaning: 'canonical' });
    expect(
      wrong(
        kind,
        ({ canonical }) => canonical,
        (text) => tokenizer.encode(text),
      ),
    ).toEqual([]);
  });

  test.each(['狗 ', 'x', '！', '\u0000'])('keeps its special tokens when a text of %j is cut', (text) => {
    const tokenizer = open(kind);
    const [short, long] = [tokenizer.encode(''), tokenizer.encode(text.repeat(100_000))];
    expect(long.length).toBeLessThanOrEqual(24);
    expect(long.at(-1)).toBe(short.at(-1));
    expect(tokenizer.encode(text.repeat(20_000))).toEqual(long);
  });

  test('says where a text is cut', () => {
    const tokenizer = open(kind);
    const text = '一只小狗在草地上跑 '.repeat(20);
    const { usedText, ignoredText, understood } = tokenizer.explain(text);
    expect(understood).toBe(true);
    expect(usedText.length).toBeGreaterThan(10);
    expect(usedText + ignoredText).toBe(text);
    expect(tokenizer.encode(usedText)).toEqual(tokenizer.encode(text));
    expect(tokenizer.explain(usedText)).toMatchObject({ usedText, ignoredText: '' });
  });

  test('names the words that it does not know', () => {
    const tokenizer = open(kind);
    expect(tokenizer.explain('小狗')).toEqual({
      understood: true,
      unknownWords: [],
      usedText: '小狗',
      ignoredText: '',
    });
    expect(tokenizer.explain('小狗ꙮꙮ 跑').unknownWords).toEqual(['ꙮꙮ']);
    expect(tokenizer.explain('ꙮ')).toMatchObject({ understood: false, unknownWords: ['ꙮ'] });
    expect(tokenizer.explain('')).toMatchObject({ understood: false, unknownWords: [] });
  });
});

test('the language code of NLLB is a token before the text', () => {
  const tokenizer = open('unigram', { cleaning: 'white-space', prefix: 'zho_Hans' });
  expect(
    wrong(
      'unigram',
      ({ chinese }) => chinese,
      (text) => tokenizer.encode(text),
    ),
  ).toEqual([]);
  expect(tokenizer.explain('')).toMatchObject({ understood: false });
});

test('white space is that of Python', () => {
  expect(cleanText(' a\t\n b\u3000c\x1fd\ufeff ', 'white-space')).toBe('a b c d\ufeff');
  expect(cleanText('Don’t stop-it, ΑΣ!', 'canonical')).toBe('don’t stopit ας');
});

test.each([
  ['{', /is no tokenizer that can be read/],
  ['{"model":{"type":"Other"}}', /is no tokenizer that can be read/],
])('a tokenizer of %s is refused', (json, message) => {
  expect(() => createJsonTokenizer(json, 'it.json', PLAIN)).toThrow(message);
});

test('a context without room for a token is refused', () => {
  expect(() => open('unigram', { contextLength: 2 })).toThrow(/adds 2 tokens to each text, but the model takes only 2/);
});
