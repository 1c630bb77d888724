import { dictionaries } from './dictionary';
import { shorten, understandingNotes, type Understanding } from './understanding';

const whole: Understanding = { understood: true, unknownWords: [], cut: false, usedText: '小狗', ignoredText: '' };
const notes = (change: Partial<Understanding>, language: 'zh' | 'en'): string[] =>
  understandingNotes({ ...whole, ...change }, dictionaries[language], String).map(
    ({ title, text }) => `${title} ${text}`,
  );

test('a text that was read as a whole needs no word', () => {
  expect(notes({}, 'zh')).toEqual([]);
});

test('unknown words are named in both languages', () => {
  const unknownWords = ['dog', 'apple'];
  expect(notes({ unknownWords }, 'zh')).toEqual([expect.stringMatching(/^没看懂：dog、apple。/)]);
  expect(notes({ unknownWords }, 'en')).toEqual([expect.stringMatching(/^Not understood: dog, apple\./)]);
});

test('a text that was cut says how many characters count, and which do not', () => {
  const cut = { cut: true, usedText: '狗🐶'.repeat(25), ignoredText: '红苹果' };
  expect(notes(cut, 'zh')).toEqual(['只用到前 50 个字。 后面的「红苹果」没有起作用。']);
  expect(notes(cut, 'en')).toEqual(['Only the first 50 characters count. The rest, “红苹果”, changed nothing.']);
  expect(notes({ ...cut, unknownWords: ['🐶'] }, 'en')).toHaveLength(2);
});

test('long words and long lists are shortened', () => {
  const [note] = notes({ unknownWords: Array.from({ length: 12 }, (_, i) => `${i}`.padEnd(200, 'x')) }, 'en');
  expect(note!.length).toBeLessThan(500);
  expect(note).toContain(`${'9'.padEnd(29, 'x')}…, ….`);
  expect(shorten('🐶'.repeat(5), 3)).toBe('🐶🐶…');
  expect(shorten('小狗', 2)).toBe('小狗');
});
