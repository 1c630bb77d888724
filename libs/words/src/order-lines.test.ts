import { orderLines, type PlacedLine } from './order-lines';

interface Line extends PlacedLine {
  readonly name: string;
}

function line(name: string, left: number, top: number, width: number, height: number, turns = 0): Line {
  const [right, bottom] = [left + width, top + height];
  const box = [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ] as const;
  return { name, box, turns };
}
/** Reverses the lines first, so that their order is not that of the input. */
const order = (lines: Line[]): string =>
  orderLines([...lines].reverse(), (each) => each)
    .map(({ name }) => name)
    .join('');
const turn = (each: Line, degrees: number): Line => {
  const [sine, cosine] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  const [a, b, c, d] = each.box.map(({ x, y }) => ({ x: x * cosine - y * sine, y: x * sine + y * cosine }));
  return { ...each, box: [a!, b!, c!, d!] };
};

test('no lines', () => {
  expect(order([])).toBe('');
});

test('rows of a table are read across', () => {
  const cells = 'abcdefghi'
    .split('')
    .map((name, i) => line(name, (i % 3) * 200, Math.floor(i / 3) * 50 + (i % 2) * 4, 90, 20));
  expect(order(cells)).toBe('abcdefghi');
});

test('rows of a slanted page are read across', () => {
  const cells = 'abcdef'.split('').map((name, i) => line(name, (i % 2) * 500, Math.floor(i / 2) * 40, 120, 20));
  expect(order(cells.map((each) => turn(each, 9)))).toBe('abcdef');
  expect(order(cells.map((each) => turn(each, -9)))).toBe('abcdef');
});

test('two columns of text are read one after the other, between the headings that cross their gap', () => {
  const lines = [
    line('a', 100, 0, 700, 40),
    ...'bcd'.split('').map((name, i) => line(name, 0, 100 + i * 40, 400 - i * 90, 20)),
    ...'efg'.split('').map((name, i) => line(name, 500, 100 + i * 40, 400, 20)),
    line('h', 0, 240, 900, 20),
    ...'ijk'.split('').map((name, i) => line(name, 0, 300 + i * 40, 380, 20)),
    ...'lmn'.split('').map((name, i) => line(name, 500, 300 + i * 40, 390, 20)),
  ];
  expect(order(lines)).toBe('abcdefghijklmn');
});

test('vertical columns are read from right to left, below the rows above them', () => {
  const lines = [
    line('a', 150, 0, 200, 40),
    line('b', 400, 100, 40, 300, 1),
    line('c', 300, 100, 40, 140, 1),
    line('d', 305, 260, 40, 140, 1),
    line('e', 200, 100, 40, 300, 1),
    line('f', 150, 450, 200, 40),
  ];
  expect(order(lines)).toBe('abcdef');
});
