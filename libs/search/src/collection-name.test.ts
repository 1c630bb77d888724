import { checkCollectionName } from './collection-name';

test.each([
  ['家庭相册'],
  ['Émile’s photos (2024)'],
  ['👨‍👩‍👧 家 ☀️'],
  ['🏴󠁧󠁢󠁥󠁮󠁧󠁿 England'],
  // Persian with a zero width non-joiner, Hindi with a zero width joiner, a kanji with a variation selector.
  ['می\u200Cخواهم'],
  ['क्\u200Dष'],
  ['葛\u{E0100}飾区'],
  ['长'.repeat(128)],
])('accepts the name %s', (name) => {
  expect(checkCollectionName(name)).toBe(name.normalize('NFC'));
});

test('a name is returned in NFC', () => {
  expect(checkCollectionName('e\u0301')).toBe('é');
});

test.each([
  ['', ''],
  [' ', ' '],
  [' a', ' a'],
  ['a\u3000', 'a'],
  ['a\nb', '\\n'],
  ['长'.repeat(129), '长'],
  ['samples\u200B', '\\u{200b}'],
  ['sam\u200Dples', '\\u{200d}'],
  ['\u202Egpj.exe', '\\u{202e}'],
  ['a\u2066b\u2069', '\\u{2066}'],
  ['\uFEFFsamples', '\\u{feff}'],
  ['\u3164', '\\u{3164}'],
  ['\u2800', '\\u{2800}'],
  ['a\u00ADb', '\\u{ad}'],
  ['a\u034Fb', '\\u{34f}'],
  ['a\u2028b', '\\u{2028}'],
  ['a\uD800', 'a'],
  ['狗\u200D猫', '\\u{200d}'],
])('refuses %j, and the message shows the invalid characters', (name, shown) => {
  expect(() => checkCollectionName(name)).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringContaining(shown) as string }) as Error,
  );
});
