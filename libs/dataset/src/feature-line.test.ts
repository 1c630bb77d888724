import { parseFeatureLine } from './feature-line';

const parse = (line: string): [string, number[]] => {
  const { id, feature } = parseFeatureLine(Buffer.from(line));
  return [id, [...feature]];
};
const failure = (line: string): unknown => {
  try {
    return parse(line);
  } catch (error) {
    return error;
  }
};

test.each([
  '{"image_id": 7000000000123456789, "feature": [0.6, -8e-1]}',
  '{"feature":[0.6,-0.8],"image_id":7000000000123456789}',
  ' {\t"image_id" :7000000000123456789 , "feature" : [ 0.6 , -0.8 ] } ',
  '{"image_id": "7000000000123456789", "feature": [0.6, -0.8]}',
  '{"meta": {"image_id": 1, "feature": [[1], "]}"]}, "image_id": 7000000000123456789, "n": null, "feature": [0.6, -0.8]}',
  '{"note": "\\"image_id\\": 5, {[", "feature": [0.6, -0.8], "image_id": 7000000000123456789, "b": true}',
])('the id keeps every digit in %s', (line) => {
  expect(parse(line)).toEqual(['7000000000123456789', [0.6, -0.8]]);
});

test('string ids are unescaped', () => {
  expect(parse('{"image_id": "caf\\u00e9/\\"a\\".jpg", "feature": [1]}')[0]).toBe('café/"a".jpg');
});

test("Python's NaN and Infinity become NaN", () => {
  expect(parse('{"image_id": 1, "feature": [NaN, Infinity, -Infinity, 1]}')[1]).toEqual([NaN, NaN, NaN, 1]);
});

test.each([
  '',
  '[]',
  '{}',
  'null',
  '{"image_id": 1}',
  '{"feature": [1]}',
  '{"image_id": 1, "feature": [1]',
  '{"image_id": 1, "feature": [1}',
  '{"image_id": 1, "feature": [1]} x',
  '{"image_id": 1 "feature": [1]}',
  '{"image_id": 1, "feature": [1,]}',
  '{"image_id": 1, "feature": "1"}',
  '{"image_id": 1, "feature": {"0": 1}}',
  '{"image_id": 1, "feature": ["1"]}',
  '{"image_id": "a, "feature": [1]}',
  '{image_id: 1, "feature": [1]}',
])('the line %j is BAD_ROW', (line) => {
  expect(failure(line)).toMatchObject({ name: 'ItemError', code: 'BAD_ROW' });
});

test.each(['1.0', '1e5', 'true', 'null', '[1]', '007'])('the id %s is BAD_ID', (id) => {
  expect(failure(`{"image_id": ${id}, "feature": [1]}`)).toMatchObject({ code: 'BAD_ID' });
});
