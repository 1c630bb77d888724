import { idsBetween, idsIn } from './id-filter';

test('ids are written as integers in full', () => {
  expect(idsIn([1, 20, Number.MAX_SAFE_INTEGER])).toBe('id in [1,20,9007199254740991]');
  expect(idsBetween(0)).toBe('id > 0');
  expect(idsBetween(5, 2 ** 53 - 1)).toBe('id > 5 && id <= 9007199254740991');
});

test.each([1.5, NaN, Infinity, 2 ** 53, '1] || id > 0 || id in [1', '"', '\\', null, undefined, 1n])(
  'a filter refuses a value that is not a safe integer: %p',
  (value) => {
    expect(() => idsIn([1, value as number])).toThrow('not a safe integer');
    expect(() => idsBetween(value as number)).toThrow('not a safe integer');
    if (value !== undefined) expect(() => idsBetween(1, value as number)).toThrow('not a safe integer');
  },
);
