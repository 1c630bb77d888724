import { chooseLanguage, dictionaries, fill } from './dictionary';

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test('both languages have the same keys, none of them empty', () => {
  expect(Object.keys(dictionaries.en).sort()).toEqual(Object.keys(dictionaries.zh).sort());
  for (const texts of Object.values(dictionaries)) {
    expect(Object.entries(texts).filter(([, text]) => text.trim() === '')).toEqual([]);
  }
});

test('a text asks for the same values in both languages', () => {
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

test('values are filled in as they are, unknown places stay', () => {
  expect(fill('{count} / {total}: {name}', { count: 0, total: '$&' })).toBe('0 / $&: {name}');
});
