import { chinese } from './chinese';
import { chineseKeys } from './chinese-keys';
import { chineseSelection } from './chinese-selection';
import { chineseViewer } from './chinese-viewer';
import { chooseLanguage, fill, loadDictionary } from './dictionary';
import { english } from './english';
import { englishKeys } from './english-keys';
import { englishSelection } from './english-selection';
import { englishViewer } from './english-viewer';

const dictionaries = { zh: chinese, en: english };

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test('both languages have the same keys, and no text is empty', () => {
  expect(Object.keys(dictionaries.en).sort()).toEqual(Object.keys(dictionaries.zh).sort());
  for (const texts of Object.values(dictionaries)) {
    expect(Object.entries(texts).filter(([, text]) => text.trim() === '')).toEqual([]);
  }
});

test('no part of a dictionary replaces a text of another', () => {
  for (const parts of [
    [chineseKeys, chineseViewer, chineseSelection],
    [englishKeys, englishViewer, englishSelection],
  ])
    expect(new Set(parts.flatMap((part) => Object.keys(part))).size).toBe(
      parts.reduce((sum, part) => sum + Object.keys(part).length, 0),
    );
});

test('the texts of a language are loaded alone', async () => {
  expect(await loadDictionary('zh')).toBe(chinese);
  expect(await loadDictionary('en')).toBe(english);
});

test('a text has the same placeholders in both languages', () => {
  const zh = Object.entries(dictionaries.zh).map(([key, text]) => [key, places(text)]);
  const en = Object.entries(dictionaries.en).map(([key, text]) => [key, places(text)]);
  expect(Object.fromEntries(en)).toEqual(Object.fromEntries(zh));
});

test.each([
  [null, 'zh-CN', 'zh'],
  [null, 'en-US', 'en'],
  [null, 'en', 'en'],
  [null, 'zh', 'zh'],
  [null, 'zh-Hant-TW', 'zh'],
  [null, 'zha', 'en'],
  [null, 'fr', 'en'],
  [null, 'de-AT', 'en'],
  [null, 'ja', 'en'],
  [null, '', 'en'],
  ['en', 'zh-CN', 'en'],
  ['zh', 'en-GB', 'zh'],
  ['klingon', 'en-GB', 'en'],
])('stored %s in a %s browser gives %s', (stored, browser, language) => {
  expect(chooseLanguage(stored, browser)).toBe(language);
});

test('a number chooses a word, and only 1 is singular', () => {
  const text = '{count} {count|picture|pictures}';
  const shown = ['0', '1', '2', '11', '1,001'].map((count) => fill(text, { count }));
  expect(shown).toEqual(['0 pictures', '1 picture', '2 pictures', '11 pictures', '1,001 pictures']);
  expect(fill(dictionaries.en.folderCount, { folders: 1 })).toBe('1 folder');
});

test('values are filled in unchanged, and unknown placeholders stay', () => {
  expect(fill('{count} / {total}: {name}', { count: 0, total: '$&' })).toBe('0 / $&: {name}');
});
