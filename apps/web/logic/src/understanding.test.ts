import { chinese } from './chinese';
import { english } from './english';
import { shorten, understandingNotes, type Understanding } from './understanding';

const whole: Understanding = { understood: true, unknownWords: [], cut: false, usedText: '小狗', ignoredText: '' };
const notes = (change: Partial<Understanding>, language: 'zh' | 'en'): string[] =>
  understandingNotes({ ...whole, ...change }, { zh: chinese, en: english }[language], String).map(
    ({ title, text }) => `${title} ${text}`,
  );

test('a text that was used completely needs no note', () => {
  expect(notes({}, 'zh')).toEqual([]);
});

test('unknown words are listed in both languages', () => {
  const unknownWords = ['dog', 'apple'];
  expect(notes({ unknownWords }, 'zh')).toEqual([expect.stringMatching(/^没看懂：dog、apple。/)]);
  expect(notes({ unknownWords }, 'en')).toEqual([expect.stringMatching(/^Not understood: dog, apple\./)]);
});

test('the note about a cut text gives the number of used characters and the ignored rest', () => {
  const cut = { cut: true, usedText: '狗🐶'.repeat(25), ignoredText: '红苹果' };
  expect(notes(cut, 'zh')).toEqual(['只用到前 50 个字。 后面的「红苹果」没有起作用。']);
  expect(notes(cut, 'en')).toEqual(['Only the first 50 characters were used. The rest, “红苹果”, was ignored.']);
  expect(notes({ ...cut, unknownWords: ['🐶'] }, 'en')).toHaveLength(2);
});

test('long words and long lists are shortened', () => {
  const [note] = notes({ unknownWords: Array.from({ length: 12 }, (_, i) => `${i}`.padEnd(200, 'x')) }, 'en');
  expect(note!.length).toBeLessThan(500);
  expect(note).toContain(`${'9'.padEnd(29, 'x')}…, ….`);
  expect(shorten('🐶'.repeat(5), 3)).toBe('🐶🐶…');
  expect(shorten('小狗', 2)).toBe('小狗');
});
