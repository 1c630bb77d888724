import { ItemError, NotFoundError, UnavailableError } from './errors';
import { sentence } from './sentence';

test('an error keeps the key and the values of its message', () => {
  const detail = { key: 'NO_FOLDER', params: { directory: '/照片' } };
  const error = new NotFoundError(sentence('NO_FOLDER', { directory: '/照片' }));
  expect(error).toMatchObject({ message: 'there is no folder /照片', detail });
  expect(new ItemError('EMPTY_FILE', sentence('FILE_EMPTY'))).toMatchObject({
    message: 'the file is empty',
    detail: { key: 'FILE_EMPTY', params: {} },
  });
});

test('the detail is that of the public message, and a plain text has none', () => {
  const publicMessage = sentence('STORE_UNAVAILABLE');
  const error = new UnavailableError('db.internal:3306 is silent', { publicMessage });
  expect(error).toMatchObject({ publicMessage: publicMessage.text, detail: publicMessage.detail });
  expect(new UnavailableError('no answer').detail).toBeNull();
  expect(new NotFoundError(sentence('NO_FOLDER', { directory: 'x' }), { publicMessage: 'no' }).detail).toBeNull();
});
