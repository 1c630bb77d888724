import { tileAfterKey } from './grid-keys';

// Three above, two below:  [0][1 ][2]
//                          [ 3  ][ 4]
const boxes = [
  { left: 0, top: 0, width: 100 },
  { left: 110, top: 0, width: 200 },
  { left: 320, top: 0, width: 100 },
  { left: 0, top: 150, width: 230 },
  { left: 240, top: 150, width: 180 },
];

test.each([
  ['ArrowRight', 0, 1],
  ['ArrowRight', 2, 3],
  ['ArrowRight', 4, null],
  ['ArrowLeft', 3, 2],
  ['ArrowLeft', 0, null],
  ['ArrowDown', 0, 3],
  ['ArrowDown', 2, 4],
  ['ArrowDown', 3, null],
  ['ArrowUp', 4, 2],
  ['ArrowUp', 3, 0],
  ['ArrowUp', 1, null],
  ['Home', 3, 0],
  ['End', 0, 4],
  ['a', 0, null],
])('%s from %d leads to %s', (key, at, to) => {
  expect(tileAfterKey(key, boxes, at)).toBe(to);
});
