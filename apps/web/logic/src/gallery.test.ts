import { CHUNK, chunkAt, chunksBetween, estimatedHeight, heightOf, layOut, marksOf, topsOf } from './gallery';

const measures = { width: 1_000, rowHeight: 200, gap: 8, headHeight: 50 };
const pictures = (count: number, ratio = 1.5, label: string | null = null) =>
  Array.from({ length: count }, () => ({ ratio, label }));

test('rows fill the width, keep the shapes and their order, and do not overlap', () => {
  const shapes = Array.from({ length: 97 }, (_, i) => ({ ratio: 0.6 + ((i * 7_919) % 160) / 100, label: null }));
  const { boxes: places, height } = layOut(shapes, undefined, measures);
  const boxes = places.filter((box) => box !== null);
  expect(boxes).toHaveLength(97);
  boxes.forEach((box, i) => expect(box.width / box.height).toBeCloseTo(shapes[i]!.ratio));
  const tops = [...new Set(boxes.map(({ top }) => top))];
  for (const [i, top] of tops.entries()) {
    const row = boxes.filter((box) => box.top === top);
    expect(row.at(-1)!.left + row.at(-1)!.width).toBeCloseTo(1_000);
    row.slice(1).forEach((box, k) => expect(box.left).toBeCloseTo(row[k]!.left + row[k]!.width + 8));
    expect(row[0]!.height).toBeGreaterThan(130);
    expect(row[0]!.height).toBeLessThan(271);
    expect(tops[i + 1] ?? height).toBeCloseTo(top + row[0]!.height + 8);
  }
});

test('few pictures are not enlarged to the whole width', () => {
  const { boxes } = layOut(pictures(1), undefined, measures);
  expect(boxes[0]).toEqual({ left: 0, top: 0, width: 405, height: 270 });
});

test('two rows that are a little too high are better than one that is much too low', () => {
  const { boxes } = layOut(pictures(7, 1.1), undefined, measures);
  const heights = [...new Set(boxes.map((box) => Math.round(box?.height ?? 0)))];
  expect(heights).toHaveLength(2);
  expect(Math.min(...heights)).toBeGreaterThan(200);
});

test('a heading is where the label changes, also between two chunks', () => {
  const two = [...pictures(3, 1, '2024-05'), ...pictures(2, 1, '2024-04')];
  expect(layOut(two, undefined, measures).heads.map(({ label }) => label)).toEqual(['2024-05', '2024-04']);
  expect(layOut(two, '2024-05', measures).heads.map(({ label }) => label)).toEqual(['2024-04']);
  expect(layOut(two, null, measures).heads).toHaveLength(2);
  const { heads, boxes } = layOut(two, '2024-05', measures);
  expect(boxes[3]!.top).toBe(heads[0]!.top + measures.headHeight);
});

test('a hidden picture keeps its number and leaves its place to the others', () => {
  const all = pictures(9).map((picture, i) => ({ ...picture, isHidden: i === 4 }));
  const without = layOut(pictures(8), undefined, measures);
  const { boxes, height } = layOut(all, undefined, measures);
  expect(boxes[4]).toBeNull();
  expect(boxes.filter((_, i) => i !== 4)).toEqual(without.boxes);
  expect(height).toBe(without.height);
});

test('an estimate is near the height of usual pictures', () => {
  const { height } = layOut(pictures(CHUNK, 4 / 3), undefined, measures);
  expect(Math.abs(estimatedHeight(CHUNK, measures) / height - 1)).toBeLessThan(0.25);
});

test('the chunks of a part of the page', () => {
  const tops = topsOf([100, 50, 200]);
  expect(tops).toEqual([0, 100, 150, 350]);
  expect([-5, 0, 99, 100, 149, 150, 349, 1_000].map((y) => chunkAt(tops, y))).toEqual([0, 0, 0, 1, 1, 2, 2, 2]);
  expect(chunksBetween(tops, 90, 160)).toEqual([0, 1, 2]);
  expect(chunksBetween(topsOf([]), 0, 100)).toEqual([]);
  expect(heightOf(topsOf([100, 100]), CHUNK + 25, CHUNK + 50)).toBe(150);
});

test('months begin where the pictures before them end', () => {
  const counts = [
    { value: '2023-12', count: 4 },
    { value: '2024-05', count: 2 },
    { value: '2024-01', count: 3 },
  ];
  expect(marksOf(counts, true)).toEqual([
    { month: '2024-05', index: 0, isYear: true },
    { month: '2024-01', index: 2, isYear: false },
    { month: '2023-12', index: 5, isYear: true },
  ]);
  expect(marksOf(counts, false).map(({ index }) => index)).toEqual([0, 4, 7]);
});
