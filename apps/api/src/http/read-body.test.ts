import { LimitExceededError } from '@wentu/domain';
import { checkShape } from './read-body';

const MIB = 1024 * 1024;
const repeat = (part: string, bytes: number): string => part.repeat(Math.ceil(bytes / part.length));
const bodyOf = (picture: string): Buffer => Buffer.from(JSON.stringify({ query: 'query…', variables: { picture } }));

test.each([
  ['base64', repeat('Ab+/', 12 * MIB)],
  ['a data URL', `data:image/jpeg;base64,${repeat('QUJD', 12 * MIB)}==`],
  ['base64 in lines', repeat(`${'A'.repeat(76)}\r\n`, 12 * MIB)],
])('a request with a large picture is accepted: %s', (_what, picture) => {
  expect(() => checkShape(bodyOf(picture))).not.toThrow();
  expect(() => checkShape(Buffer.from(bodyOf(picture).toString().replaceAll('/', '\\/')))).not.toThrow();
});

test.each([
  ['[],', 'brackets'],
  ['{"a":1},', 'objects'],
  ['1,', 'numbers'],
  ['"a",', 'strings'],
  ['[', 'nesting'],
  ['\\u0041', 'escapes with quotes between'],
  [`"${'A'.repeat(1_000)}",`, 'many short strings of base64'],
  [`"data:image/png;base64,${'x y'.repeat(10_000)}",`, 'long strings that are not base64'],
])('a request that is large for another reason is refused: %j (%s)', (part) => {
  const body = Buffer.from(
    part.startsWith('\\') ? `["${repeat(`${part}","`, 3 * MIB)}"]` : `[${repeat(part, 3 * MIB)}`,
  );
  expect(() => checkShape(body)).toThrow(LimitExceededError);
});
