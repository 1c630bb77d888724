import { limitText, shorten } from './limit-text';

test('a text within the limit stays as it is, to the last character', () => {
  expect(limitText('小狗'.repeat(500), 1_000)).toEqual({ text: '小狗'.repeat(500), left: 0 });
  expect(limitText('', 1)).toEqual({ text: '', left: 0 });
  expect(limitText('狗', Infinity)).toEqual({ text: '狗', left: 0 });
});

test('what is too long keeps its beginning, and it is known how much was left out', () => {
  expect(limitText(`${'长'.repeat(1_000)}尾巴`, 1_000)).toEqual({ text: '长'.repeat(1_000), left: 2 });
});

test('characters are counted as the server counts them: one outside the basic plane is one, and never cut in two', () => {
  expect(limitText('🐶🐱𠮷', 3)).toEqual({ text: '🐶🐱𠮷', left: 0 });
  expect(limitText('🐶🐱𠮷', 2)).toEqual({ text: '🐶🐱', left: 1 });
});

test('a long text is told again by its beginning', () => {
  expect(shorten('长'.repeat(60))).toBe('长'.repeat(60));
  expect(shorten('🐶'.repeat(61))).toBe(`${'🐶'.repeat(60)}…`);
});
