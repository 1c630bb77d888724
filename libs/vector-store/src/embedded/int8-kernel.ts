import { compile, op, type Module } from '@wentu/wasm';

const { get, set, tee, constant, ADD, SUBTRACT, LESS } = op;

/**
 * The function of the first pass:
 *
 *     candidates(queries, rows, count, stride, measures, firstRow, filter, out)
 *
 * Dot products of int8 rows, of `stride` numbers each (a multiple of 32), with 4 int16 queries (or 1). Each row is read
 * once for all queries. The queries lie interleaved: eight numbers of the first, eight of the second, and so on, then
 * the next eight of each. `measures` has two float32 a row, `filter` three for each of 4 queries: scales, weights and
 * bars. A row whose product · its first measure · scale + its second · weight reaches the bar for any query is written
 * to `out` as five int32: the products and its number, counted from `firstRow`. Where the next one would come is
 * written behind the filter.
 */
export function candidatesKernel(queries: 1 | 4): Module {
  const all = Array.from({ length: queries }, (_, j) => j);
  const eightOfEach = (step: number): number[] => [
    ...[...get(ROWS), ...op.load8AsInt16(8 * step), ...set(EIGHT)],
    ...all.flatMap((j) => [
      ...[...get(sumOf(j)), ...get(EIGHT), ...get(QUERY), ...op.load128(16 * (step * queries + j)), ...op.DOT],
      ...[...op.ADD32, ...set(sumOf(j))],
    ]),
  ];
  const eachStep = op.loop(
    [0, 1, 2, 3].flatMap(eightOfEach),
    [...get(QUERY), ...constant(64 * queries), ...ADD, ...set(QUERY)],
    [...get(ROWS), ...constant(32), ...ADD, ...tee(ROWS), ...get(ROW_END), ...LESS],
  );
  const isCandidate = [
    ...[...get(PRODUCTS), ...op.INT32_TO_FLOAT, ...get(MEASURES), ...op.load32Splat(), ...op.MULTIPLY_FLOAT],
    ...[...get(SCALES), ...op.MULTIPLY_FLOAT],
    ...[...get(MEASURES), ...op.load32Splat(4), ...get(WEIGHTS), ...op.MULTIPLY_FLOAT, ...op.ADD_FLOAT],
    ...[...get(BARS), ...op.NOT_LESS_FLOAT, ...op.ANY],
  ];
  const eachRow = op.loop(
    [...get(QUERIES), ...set(QUERY), ...get(ROWS), ...get(STRIDE), ...ADD, ...set(ROW_END)],
    all.flatMap((j) => [...op.NOUGHT128, ...set(sumOf(j))]),
    eachStep,
    [...(queries === 1 ? sumOfLanes(sumOf(0)) : sumsOfLanes(all.map(sumOf))), ...set(PRODUCTS)],
    isCandidate,
    op.when(
      [...get(OUT), ...get(PRODUCTS), ...op.store128(), ...get(OUT), ...get(ROW), ...op.store(16)],
      [...get(OUT), ...constant(20), ...ADD, ...set(OUT)],
    ),
    [...get(ROW), ...constant(1), ...ADD, ...set(ROW), ...get(MEASURES), ...constant(8), ...ADD, ...set(MEASURES)],
    [...get(COUNT), ...constant(1), ...SUBTRACT, ...tee(COUNT)],
  );
  const body = [
    ...[SCALES, WEIGHTS, BARS].flatMap((local, i) => [...get(FILTER), ...op.load128(16 * i), ...set(local)]),
    ...eachRow,
    ...[...get(FILTER), ...get(OUT), ...op.store(48)],
  ];
  return compile({ candidates: { parameters: 8, integers: 2, vectors: 5 + queries, body } });
}

const [QUERIES, ROWS, COUNT, STRIDE, MEASURES, ROW, FILTER, OUT, QUERY, ROW_END] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
] as const;
const [EIGHT, PRODUCTS, SCALES, WEIGHTS, BARS] = [10, 11, 12, 13, 14] as const;
const sumOf = (query: number): number => 15 + query;

/** In all four lanes. */
const sumOfLanes = (local: number): number[] => [
  ...[0, 1, 2, 3].flatMap((lane) => [...get(local), ...op.lane32(lane), ...(lane === 0 ? [] : ADD)]),
  ...op.SPLAT32,
];

/** Of four vectors, one sum a lane. */
function sumsOfLanes([a, b, c, d]: readonly number[]): number[] {
  const lanes = (...numbers: number[]): number[] =>
    op.shuffle(numbers.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)));
  const pairs = (x: number, y: number): number[] => [
    ...[...get(x), ...get(y), ...lanes(0, 4, 1, 5), ...get(x), ...get(y), ...lanes(2, 6, 3, 7), ...op.ADD32],
  ];
  const [first, second] = [a, c] as [number, number];
  return [
    ...[...pairs(first, b as number), ...set(first), ...pairs(second, d as number), ...set(second)],
    ...[...get(first), ...get(second), ...lanes(0, 1, 4, 5), ...get(first), ...get(second), ...lanes(2, 3, 6, 7)],
    ...op.ADD32,
  ];
}
