import { parseHistory, remember } from './history';

test('the newest query comes first, each is listed once, at most twelve', () => {
  expect(remember(['b', 'a'], ' a ')).toEqual(['a', 'b']);
  expect(remember(['a'], '  ')).toEqual(['a']);
  const many = Array.from({ length: 20 }, (_, i) => `q${i}`);
  expect(many.reduce<string[]>((history, query) => remember(history, query), [])).toEqual(many.reverse().slice(0, 12));
});

test('any stored value can be read', () => {
  expect(parseHistory('["小狗", 3, "", "火箭"]')).toEqual(['小狗', '火箭']);
  for (const bad of [null, '', '{', '{}', '3']) expect(parseHistory(bad)).toEqual([]);
});
