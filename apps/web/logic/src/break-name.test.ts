import fc from 'fast-check';
import { breakName } from './break-name';

test('a line may end after each separator', () => {
  expect(breakName('photos/2024-07_beach.jpg')).toEqual(['photos/', '2024-', '07_', 'beach.', 'jpg']);
  expect(breakName('--a')).toEqual(['--', 'a']);
  expect(breakName('海边')).toEqual(['海边']);
  expect(breakName('')).toEqual(['']);
});

test('the parts are the whole name', () => {
  fc.assert(fc.property(fc.string(), (name) => breakName(name).join('') === name));
});
