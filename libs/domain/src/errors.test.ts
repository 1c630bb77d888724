import {
  InvalidInputError,
  ITEM_ERROR_CODES,
  ItemError,
  UnavailableError,
  WENTU_ERROR_CODES,
  WentuError,
} from './errors';

test('a subclass carries its stable code, its name and its cause', () => {
  const cause = new Error('engine');
  const error = new InvalidInputError('topK is 0; give 1 to 1,000', { cause });
  expect(error).toBeInstanceOf(WentuError);
  expect(error.code).toBe('INVALID_INPUT');
  expect(error.name).toBe('InvalidInputError');
  expect(error.cause).toBe(cause);
});

test('an item error is not a WentuError: it fails one item, not the whole call', () => {
  const error = new ItemError('DECODE_FAILED', 'not a JPEG');
  expect(error).not.toBeInstanceOf(WentuError);
  expect(error.code).toBe('DECODE_FAILED');
});

test('the public message is the message, unless another one is given', () => {
  expect(new InvalidInputError('topK is 0').publicMessage).toBe('topK is 0');
  const error = new UnavailableError('no answer of db.internal:3306', { publicMessage: 'no answer of the database' });
  expect([error.message, error.publicMessage]).toEqual(['no answer of db.internal:3306', 'no answer of the database']);
});

test('each code is listed only once', () => {
  const codes = [...WENTU_ERROR_CODES, ...ITEM_ERROR_CODES];
  expect(new Set(codes).size).toBe(codes.length);
});
