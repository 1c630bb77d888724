import { detailIn, failureOf, refusalIn } from './refusal';

test('reads the code and the message of a refusal', () => {
  const body = JSON.stringify({ errors: [{ message: 'too large', extensions: { code: 'LIMIT_EXCEEDED' } }] });
  expect(refusalIn(body)).toEqual({ code: 'LIMIT_EXCEEDED', message: 'too large', detail: null });
});

test('reads the key and the values of a message, as an error has them and as a field of the API has them', () => {
  const detail = { key: 'UPLOAD_FILES', params: { max: 5 } };
  const body = JSON.stringify({ errors: [{ message: 'm', extensions: { code: 'C', detail } }] });
  expect(refusalIn(body)).toEqual({ code: 'C', message: 'm', detail });
  const listed = { key: 'UPLOAD_FILES', params: [{ name: 'max', value: '5' }] };
  expect(failureOf({ code: 'C', message: 'm', detail: listed })).toMatchObject({ detail: { params: { max: '5' } } });
  expect(failureOf({ code: 'C', message: 'm', detail })).toMatchObject({ detail });
  expect(failureOf({ code: 'C', message: 'm', detail: null })).toEqual({ code: 'C', message: 'm' });
});

test.each([null, 1, 'x', {}, { key: 1, params: {} }, { key: 'A' }, { key: 'A', params: null }])(
  'a detail of another form is none: %j',
  (detail) => {
    expect(detailIn(detail)).toBeNull();
  },
);

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
