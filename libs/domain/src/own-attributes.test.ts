import { imageAttributes } from './attributes';
import { NO_FACTS } from './facts';
import { checkFilter, matches } from './filter';
import { parseGivenJson } from './given-json';
import {
  applyChange,
  checkChange,
  checkGiven,
  MAX_OWN_NAME_LENGTH,
  mergeGiven,
  NO_OWN,
  OWN_KINDS,
  ownAttribute,
  type GivenAttributes,
  type OwnAttribute,
  type OwnChange,
} from './own-attributes';

const OWNER = 'image "a.jpg"';
const text = (name: string, value: string): OwnAttribute => ({ name, kind: 'string', value });
const number = (name: string, value: number): OwnAttribute => ({ name, kind: 'number', value });

test('brings tags and attributes into one form: NFC, trimmed, each once, in order', () => {
  const given = { tags: [' b', 'cafe\u0301', 'b ', '旅行'], attributes: [number('价格', -0), text('a.b-c_1', ' x ')] };
  expect(checkGiven(given, OWNER)).toEqual({
    tags: ['b', 'caf\u00e9', '旅行'],
    attributes: [text('a.b-c_1', 'x'), number('价格', 0)],
  });
  expect(checkGiven({}, OWNER)).toEqual({});
});

const refused: [string, GivenAttributes, RegExp][] = [
  ['an empty tag', { tags: [' '] }, /the tag of image "a.jpg" is empty; give 1 to 64/],
  ['a long tag', { tags: ['𠮷'.repeat(65)] }, /65 characters.*at most 64/],
  ['a huge tag', { tags: ['x'.repeat(1_000_000)] }, /1000000 characters: "x{60}…"; give at most 64/],
  ['a tag with a NUL', { tags: ['a\0b'] }, /NUL or half a surrogate/],
  ['half a character', { tags: ['\ud842'] }, /NUL or half a surrogate/],
  ['many tags', { tags: Array.from({ length: 65 }, (_, i) => `${i}`) }, /has 65 tags; give at most 64/],
  [
    'a name with a space',
    { attributes: [number('a b', 1)] },
    /attribute "a b"; a name has letters, digits, and _ - \. only/,
  ],
  ['a long name', { attributes: [number('x'.repeat(65), 1)] }, /name of an attribute of image "a.jpg" has 65/],
  ['a name twice', { attributes: [number('a', 1), text('a', 'x')] }, /attribute "a" twice/],
  [
    'a long text',
    { attributes: [text('note', 'x'.repeat(513))] },
    /text of the attribute "note" of image "a.jpg" has 513/,
  ],
  ['an empty text', { attributes: [text('note', '')] }, /is empty; give 1 to 512/],
  ['no number', { attributes: [number('p', NaN)] }, /attribute "p" of image "a.jpg" is the number NaN/],
  [
    'no date',
    { attributes: [{ name: 'd', kind: 'date', value: 9e15 }] },
    /attribute "d" of image "a.jpg" is not a date/,
  ],
  [
    'many attributes',
    { attributes: Array.from({ length: 65 }, (_, i) => number(`n${i}`, i)) },
    /has 65 attributes; give at most 64/,
  ],
  [
    'too much',
    { attributes: Array.from({ length: 60 }, (_, i) => text(`n${i}`, '旅'.repeat(500))) },
    /attributes of image "a.jpg" take \d+ bytes; give at most 32768/,
  ],
];
test.each(refused)('refuses %s, and names the image, the value and the limit', (_, given, message) => {
  expect(() => checkGiven(given, OWNER)).toThrow(message);
});

test('a change replaces first, then removes and adds', () => {
  const before = { tags: ['a', 'b'], attributes: [number('p', 1), text('q', 'x')] };
  const changed = (change: Omit<OwnChange, 'imageId'>) => applyChange(before, checkChange({ imageId: 'i', ...change }));
  expect(changed({})).toEqual(before);
  expect(changed({ addTags: ['c', 'a'], removeTags: ['b', 'nope'] })).toEqual({ ...before, tags: ['a', 'c'] });
  expect(changed({ tags: ['z'], addTags: ['y'] }).tags).toEqual(['y', 'z']);
  expect(changed({ removeAttributes: ['p'], setAttributes: [number('q', 2)] }).attributes).toEqual([number('q', 2)]);
  expect(changed({ attributes: [], tags: [] })).toEqual(NO_OWN);
  expect(mergeGiven(before, { tags: [] })).toEqual({ ...before, tags: [] });
});

test('values of one name are compared with their own type only', () => {
  const row = { imageId: 'i', mimeType: 'image/png', width: 1, height: 1, sizeBytes: 1, facts: NO_FACTS };
  const own = (attribute: OwnAttribute) => imageAttributes({ ...row, own: { tags: ['x'], attributes: [attribute] } });
  const from5 = { kind: 'range', attribute: ownAttribute('p', 'number'), from: 5 } as const;
  expect(matches(from5, own(number('p', 5)))).toBe(true);
  expect(matches(from5, own({ name: 'p', kind: 'date', value: 5 }))).toBe(false);
  expect(matches(from5, own(text('p', '5')))).toBe(false);
  expect(matches({ kind: 'not', filter: from5 }, own(text('p', '5')))).toBe(true);
  expect(matches({ kind: 'oneOf', attribute: 'tags', values: ['y', 'x'] }, own(number('p', 5)))).toBe(true);
});

test('a filter takes every name', () => {
  for (const kind of OWN_KINDS)
    expect(() =>
      checkFilter({ kind: 'exists', attribute: ownAttribute('𠮷'.repeat(MAX_OWN_NAME_LENGTH), kind) }),
    ).not.toThrow();
});

test('names of attributes never meet those of Wentu, or the properties of objects', () => {
  const row = { imageId: 'i', mimeType: 'image/png', width: 1, height: 1, sizeBytes: 1, facts: NO_FACTS };
  const names = ['__proto__', 'constructor', 'width', 'tags', 'imageId'];
  const attributes = imageAttributes({ ...row, own: { tags: [], attributes: names.map((name) => number(name, 7)) } });
  expect(Object.keys(attributes)).toEqual([
    ...Object.keys(imageAttributes({ ...row, own: NO_OWN })),
    ...names.map((name) => `own.number.${name}`),
  ]);
  expect(attributes.width).toBe(1);
});

test('reads JSON with typed values, and nothing from JSON of another program', () => {
  const json =
    '{"title": 1, "tags": ["b", "a"], "attributes": {"n": 1.5, "t": "x", "f": false, "d": {"date": "2024-05-01T08:00:00+08:00"}, "gone": null}}';
  expect(parseGivenJson(json, 'a.json')).toEqual({
    tags: ['a', 'b'],
    attributes: [
      { name: 'd', kind: 'date', value: Date.UTC(2024, 4, 1) },
      { name: 'f', kind: 'boolean', value: false },
      number('n', 1.5),
      text('t', 'x'),
    ],
  });
  expect(parseGivenJson('{"photoTakenTime": {"timestamp": "1"}}', 'a.json')).toBeUndefined();
  expect(parseGivenJson('[1]', 'a.json')).toBeUndefined();
  for (const bad of [
    '{',
    '{"tags": "a"}',
    '{"tags": [1]}',
    '{"attributes": []}',
    '{"attributes": {"a": {"date": "May"}}}',
    '{"attributes": {"a": [1]}}',
  ])
    expect(() => parseGivenJson(bad, 'a.json')).toThrow(/a\.json.*write \{"tags"/);
});
