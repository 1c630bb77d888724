import { refusalIn } from './refusal';

test('reads the code and the message of a refusal', () => {
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
])('an answer that is not from Wentu has no reason: %s', (body) => {
  expect(refusalIn(body)).toBeNull();
});
