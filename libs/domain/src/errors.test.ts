import { InvalidInputError, ItemError, WentuError } from './errors';

test('a subclass carries its stable code, its name and its cause', () => {
  const cause = new Error('engine');
  const error = new InvalidInputError('topK is 0; give 1 to 1,000', { cause });
  expect(error).toBeInstanceOf(WentuError);
  expect(error.code).toBe('INVALID_INPUT');
  expect(error.name).toBe('InvalidInputError');
  expect(error.cause).toBe(cause);
});

test('an item error is no WentuError: it ends one item, not the call', () => {
  const error = new ItemError('DECODE_FAILED', 'not a JPEG');
  expect(error).not.toBeInstanceOf(WentuError);
  expect(error.code).toBe('DECODE_FAILED');
});
