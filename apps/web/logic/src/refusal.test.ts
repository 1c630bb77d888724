import { refusalIn } from './refusal';

test('the code and the message of what the server refused', () => {
  const body = JSON.stringify({ errors: [{ message: 'too large', extensions: { code: 'LIMIT_EXCEEDED' } }] });
  expect(refusalIn(body)).toEqual({ code: 'LIMIT_EXCEEDED', message: 'too large' });
});

test.each([
  '<html>502 Bad Gateway</html>',
  '',
  'null',
  '{}',
  '{"errors":[]}',
  '{"errors":[{"message":"x"}]}',
  '{"errors":1}',
])('what others answer is no reason of ours: %s', (body) => {
  expect(refusalIn(body)).toBeNull();
});
