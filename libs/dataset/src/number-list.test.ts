import { parseNumberList } from './number-list';

const parse = (text: string): number[] | null => {
  const parsed = parseNumberList(Buffer.from(text), 0);
  return parsed && [...parsed.numbers];
};

/** xorshift32 with a fixed seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

test('every number is the double that JSON.parse makes of it', () => {
  const random = generator(20261125);
  const digits = (count: number): string => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
  const makers = [
    // float32 values as doubles, in the format of Python.
    () => String(Math.fround((random() - 0.5) / 16)),
    () => String(random() - 0.5),
    () => String((random() - 0.5) * 10 ** Math.floor(random() * 40 - 30)),
    () => `${1 + Math.floor(random() * 9)}${digits(Math.floor(random() * 24))}`,
    () => `-0.${digits(1 + Math.floor(random() * 24))}`,
    () => `${Math.floor(random() * 100)}.${digits(1 + Math.floor(random() * 20))}e${Math.floor(random() * 60 - 40)}`,
    // In the middle between two doubles, and beside the middle.
    () => `${2 ** 53 + 2 * Math.floor(random() * 1e6)}1.${random() < 0.5 ? '0' : '00000001'}`,
    () => `0.${(BigInt(2 ** 53) + BigInt(Math.floor(random() * 1e9)) * 2n + 1n) * 5n ** 3n}`.slice(0, 22),
  ];
  const texts = Array.from({ length: 200_000 }, (_, i) => (makers[i % makers.length] as () => string)());
  const numbers = parseNumberList(Buffer.from(`${texts.join(', ')}]`), 0)?.numbers as Float64Array;
  const wrong = texts.filter((text, i) => !Object.is(numbers[i], Number(text)));
  expect(wrong).toEqual([]);
  expect(numbers.length).toBe(texts.length);
});

test.each([
  ['9007199254740993', 9007199254740992],
  ['900719925474099.3', 9007199254740992 / 10],
  ['9007199254740993.0', 9007199254740992],
  ['0.1000000000000000055511151231257827', 0.1],
  ['5e-324', 5e-324],
  ['1e400', Infinity],
  ['1E+2', 100],
  ['0.0000000000000000000000000000000000012345', 1.2345e-36],
])('%s is %s', (text, number) => {
  expect(parse(`${text}]`)).toEqual([number]);
});

test('signs, spaces and zeros', () => {
  expect(parse(' -0 ,\t0.0,-0.0 , 10 ]')).toEqual([-0, 0, -0, 10]);
  expect(parse('  ]')).toEqual([]);
  expect(parse('000]')).toBeNull();
  expect(parseNumberList(Buffer.from('xx 1, 2]}'), 2)?.end).toBe(8);
});

test.each([
  '',
  '1',
  '1,',
  '1,]',
  ',1]',
  '01]',
  '-]',
  '.5]',
  '1.]',
  '1e]',
  '+1]',
  'NaN]',
  'null]',
  '"1"]',
  '1 2]',
  '[1]]',
  '0x1]',
])('%j is not parsed', (text) => expect(parse(text)).toBeNull());
