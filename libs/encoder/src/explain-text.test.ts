import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { untrainedPieces } from './import/embedding-tables';
import { readOnnxGraph } from './import/onnx-graph';
import { createTokenizer, type Tokenizer } from './tokenizer';

const MINI = join(__dirname, '../../../models/wentu-mini');
const vocabulary = readFileSync(join(MINI, 'vocab.txt'), 'utf8').trimEnd().split('\n');
const UNKNOWN = vocabulary.indexOf('[UNK]');
const golden = readFileSync(join(__dirname, '../fixtures/tokenizer.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { text: string; ids: number[] });

const reference = createTokenizer(vocabulary, 52);
/** A vocabulary whose pieces were all trained, as in the models of cn_clip. */
const bert = createTokenizer(vocabulary, 52, { mode: 'compatible' });
const untrained = untrainedPieces(readOnnxGraph(join(MINI, 'text.onnx')), 'input_ids', UNKNOWN);
const mini = createTokenizer(vocabulary, 52, { untrained, mode: 'compatible' });

const known = { understood: true, unknownWords: [], ignoredText: '' };

describe('words that the model does not know', () => {
  test.each([
    ['dog', ['dog']],
    ['puppy', ['puppy']],
    ['🐶', ['🐶']],
    ['🐶 🍎 🐶', ['🐶', '🍎']],
    ['👨‍👩‍👧‍👦', ['👨‍👩‍👧‍👦']],
    ['%', ['%']],
    ['龘', ['龘']],
    ['ｄｏｇ', ['ｄｏｇ']],
    ['\ud800', ['\ud800']],
    ['\u200b', []],
    [`${'z'.repeat(300)}`, ['z'.repeat(300)]],
  ])('wentu-mini does not know any word of %j', (text, unknownWords) => {
    expect(mini.explain(text)).toEqual({ understood: false, unknownWords, usedText: text, ignoredText: '' });
  });

  test.each([
    ['红色的apple', ['apple']],
    ['红色的 Apple 和 Café́，APPLE', ['Apple', 'Café́', 'APPLE']],
    ['小狗🐶', ['🐶']],
    ['小狗。(dog)', ['dog']],
    ['⼩dog⽝', ['dog']],
  ])('wentu-mini knows a part of %j', (text, unknownWords) => {
    expect(mini.explain(text)).toEqual({ understood: true, unknownWords, usedText: text, ignoredText: '' });
  });

  test.each(['小狗', '一只小狗，在草地上！', '小狗。', '3 只猫', '⼩⽝', '①', '㍿', '貓'])(
    'wentu-mini knows all of %j',
    (text) => {
      expect(mini.explain(text)).toEqual({ ...known, usedText: text });
    },
  );

  test.each(['dog', 'puppy', '红色的apple', '%', '①', 'ｄｏｇ', '⼩⽝'])(
    'the whole vocabulary of BERT knows %j',
    (text) => {
      expect(bert.explain(text)).toEqual({ ...known, usedText: text });
    },
  );

  test.each([
    ['🐶', ['🐶'], false],
    ['dog 🐶', ['🐶'], true],
  ])('the whole vocabulary of BERT does not know all of %j', (text, unknownWords, understood) => {
    expect(bert.explain(text)).toMatchObject({ understood, unknownWords });
  });
});

describe('a text that is longer than the context', () => {
  const chat = '昨天下午我们一家人去公园里散步的时候在湖边的长椅旁拍了很多张照片你能不能帮我从里面找一找有没有一张';
  test.each(['红苹果', '小狗，一架飞机，还有一只猫'])('reports where it is cut: …%s', (end) => {
    expect(chat.length).toBeGreaterThanOrEqual(48);
    const text = chat.padEnd(54, '啦') + end;
    const { usedText, ignoredText, ...rest } = mini.explain(text);
    expect([...usedText]).toHaveLength(50);
    expect(usedText + ignoredText).toBe(text);
    expect(rest).toEqual({ understood: true, unknownWords: [] });
    // The text that is reported as ignored does not change the ids.
    expect(mini.encode(text)).toEqual(mini.encode(usedText));
  });

  test('a text that just fits is not cut, also when dropped characters follow', () => {
    const text = '狗'.repeat(50);
    expect(mini.explain(text)).toEqual({ ...known, usedText: text });
    expect(mini.explain(`${text} \u200b\n`)).toEqual({ ...known, usedText: `${text} \u200b\n` });
    expect(mini.explain(`${text}\n猫 \u{20000}`)).toEqual({ ...known, usedText: text, ignoredText: '猫 \u{20000}' });
  });

  test('a word may be cut inside, also in its compatibility form', () => {
    const word = 'ab'.repeat(90);
    const { usedText, ignoredText } = bert.explain(word);
    expect(usedText + ignoredText).toBe(word);
    expect(bert.encode(word)).toEqual(bert.encode(usedText));
    const radicals = mini.explain('⼩⽝'.repeat(30));
    expect(radicals).toEqual({ ...known, usedText: '⼩⽝'.repeat(25), ignoredText: '⼩⽝'.repeat(5) });
  });

  test('unknown words of the part that is ignored are not listed', () => {
    expect(mini.explain(`${'狗'.repeat(49)} dog apple`)).toMatchObject({ unknownWords: ['dog'], ignoredText: 'apple' });
  });

  test('used and ignored text together are the whole text', () => {
    const samples = [
      ...golden.map(({ text }) => text),
      'ΟΔΟΣ',
      'e\u0301\u0300\u0000x',
      '\ud800\udfff\udfff',
      '가각',
      '≠',
    ];
    for (const tokenizer of [mini, bert])
      for (const sample of samples.filter((text) => text.trim() !== '')) {
        const text = `${sample} `.repeat(60);
        const { usedText, ignoredText } = tokenizer.explain(text);
        expect(text.startsWith(usedText)).toBe(true);
        expect(text.slice(usedText.length).trimStart()).toBe(ignoredText);
        // A word that is cut inside may have other pieces when it is read alone.
        const words = tokenizer.encode(usedText.slice(0, Math.max(0, usedText.lastIndexOf(' ')))).slice(0, -1);
        expect(tokenizer.encode(text).slice(0, words.length)).toEqual(words);
      }
  });
});

describe('compatibility characters', () => {
  const same = (tokenizer: Tokenizer, a: string, b: string): void =>
    expect(tokenizer.encode(a)).toEqual(tokenizer.encode(b));

  test('are read in their compatibility form when the model does not know them', () => {
    for (const tokenizer of [mini, bert]) {
      same(tokenizer, '⼩⽝在⽊下', '小犬在木下');
      same(tokenizer, '㍿', '株式会社');
      same(tokenizer, '𝟑只猫', '3只猫');
    }
    same(mini, '①', '1');
    same(bert, '𝐝𝐨𝐠', 'dog');
  });

  test('are read as in the reference when the model knows them', () => {
    for (const text of ['①', 'ｄｏｇ', '！', '％', 'ﬁ', '㎡', '℃']) {
      const ids = reference.encode(text);
      if (!ids.includes(UNKNOWN)) expect(bert.encode(text)).toEqual(ids);
    }
    expect(reference.encode('①')).not.toContain(UNKNOWN);
    expect(reference.encode('⼩⽝')).toEqual([101, UNKNOWN, 102]);
  });

  test('every text with known pieces has the ids of the reference; others change by NFKC only', () => {
    let changed = 0;
    for (const { text, ids } of golden) {
      const own = bert.encode(text);
      const expected = ids.slice(0, ids.indexOf(102) + 1);
      if (JSON.stringify(own) === JSON.stringify(expected)) continue;
      changed++;
      expect(expected).toContain(UNKNOWN);
      expect(text.normalize('NFKC')).not.toBe(text);
      expect(own.filter((id) => id === UNKNOWN).length).toBeLessThan(expected.filter((id) => id === UNKNOWN).length);
    }
    expect(changed).toBeLessThan(golden.length / 4);
  });

  test('random texts: a word without unknown pieces is always read as it is', () => {
    let seed = 20_260_101;
    const next = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    // Unicode blocks with compatibility characters, and plain ones.
    const blocks = [0x20, 0xa0, 0x2100, 0x2460, 0x2f00, 0x3130, 0x3300, 0x4e00, 0xf900, 0xfb00, 0xff00, 0x1d400];
    for (let i = 0; i < 2_000; i++) {
      const characters = Array.from({ length: 12 }, () => blocks[next(blocks.length)]! + next(96));
      const text = String.fromCodePoint(...characters);
      const [ids, own] = [reference.encode(text), bert.encode(text)];
      if (!ids.includes(UNKNOWN)) expect([text, own]).toEqual([text, ids]);
    }
  });
});
