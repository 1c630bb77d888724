import { limitText, shorten } from './limit-text';

test('a text within the limit is unchanged', () => {
  expect(limitText('小狗'.repeat(500), 1_000)).toEqual({ text: '小狗'.repeat(500), left: 0 });
  expect(limitText('', 1)).toEqual({ text: '', left: 0 });
  expect(limitText('狗', Infinity)).toEqual({ text: '狗', left: 0 });
});

test('a longer text keeps its beginning, and the removed characters are counted', () => {
  expect(limitText(`${'长'.repeat(1_000)}尾巴`, 1_000)).toEqual({ text: '长'.repeat(1_000), left: 2 });
});

test('characters are code points, as on the server, and are never cut in two', () => {
  expect(limitText('🐶🐱𠮷', 3)).toEqual({ text: '🐶🐱𠮷', left: 0 });
  expect(limitText('🐶🐱𠮷', 2)).toEqual({ text: '🐶🐱', left: 1 });
});

test('a long text is shortened to its beginning', () => {
  expect(shorten('长'.repeat(60))).toBe('长'.repeat(60));
  expect(shorten('🐶'.repeat(61))).toBe(`${'🐶'.repeat(60)}…`);
});
