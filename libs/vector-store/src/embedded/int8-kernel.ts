import { compile, op, type Module } from '@wentu/wasm';

const { get, set, tee, constant, ADD, SUBTRACT, LESS } = op;

/**
 * The function of the first pass:
 *
 *     scores(queries, rows, count, stride, out)
 *
 * `out[row][j]` (int32) becomes the dot product of int8 `rows[row]`, of `stride` numbers each (a multiple of 32), with int16 query j. Each row is read
 * once for all queries. The queries lie interleaved: eight numbers of the first, eight of the second, and so on, then the next eight of each.
 */
export function int8Kernel(queries: number): Module {
  const all = Array.from({ length: queries }, (_, j) => j);
  const eightOfEach = (step: number): number[] => [
    ...get(ROWS),
    ...op.load8AsInt16(8 * step),
    ...set(EIGHT),
    ...all.flatMap((j) => [
      ...get(sumOf(j)),
      ...get(EIGHT),
      ...get(QUERY),
      ...op.load128(16 * (step * queries + j)),
      ...op.DOT,
      ...op.ADD32,
      ...set(sumOf(j)),
    ]),
  ];
  const eachStep = op.loop(
    [0, 1, 2, 3].flatMap(eightOfEach),
    [...get(QUERY), ...constant(64 * queries), ...ADD, ...set(QUERY)],
    [...get(ROWS), ...constant(32), ...ADD, ...tee(ROWS), ...get(ROW_END), ...LESS],
  );
  const eachRow = op.loop(
    [...get(QUERIES), ...set(QUERY), ...get(ROWS), ...get(STRIDE), ...ADD, ...set(ROW_END)],
    all.flatMap((j) => [...op.NOUGHT128, ...set(sumOf(j))]),
    eachStep,
    all.flatMap((j) => [...get(OUT), ...addedLanes(sumOf(j)), ...op.store(4 * j)]),
    [...get(OUT), ...constant(4 * queries), ...ADD, ...set(OUT)],
    [...get(COUNT), ...constant(1), ...SUBTRACT, ...tee(COUNT)],
  );
  return compile({ scores: { parameters: 5, integers: 2, vectors: 1 + queries, body: eachRow } });
}

const [QUERIES, ROWS, COUNT, STRIDE, OUT, QUERY, ROW_END, EIGHT] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const sumOf = (query: number): number => 8 + query;
const addedLanes = (local: number): number[] =>
  [0, 1, 2, 3].flatMap((lane) => [...get(local), ...op.lane32(lane), ...(lane === 0 ? [] : ADD)]);
