/**
 * The WebAssembly function of the first pass, written as the few hundred bytes that it is (WebAssembly 2.0 with SIMD), so that no binary file
 * has to be kept and trusted:
 *
 *     scores(queries, rows, count, stride, out)
 *
 * `out[row][j]` (int32) becomes the dot product of int8 `rows[row]`, of `stride` numbers each (a multiple of 32), with int16 query j. Each row is read
 * once for all queries. The queries lie interleaved: eight numbers of the first, eight of the second, and so on, then the next eight of each.
 */
export function int8Kernel(queries: number): Uint8Array {
  const all = Array.from({ length: queries }, (_, j) => j);
  const eightOfEach = (step: number): number[] => [
    ...get(ROWS),
    ...load8(8 * step),
    ...set(EIGHT),
    ...all.flatMap((j) => [
      ...get(sumOf(j)),
      ...get(EIGHT),
      ...get(QUERY),
      ...load16(16 * (step * queries + j)),
      ...DOT,
      ...ADD_LANES,
      ...set(sumOf(j)),
    ]),
  ];
  const body = [
    ...LOOP,
    ...[...get(QUERIES), ...set(QUERY), ...get(ROWS), ...get(STRIDE), ...ADD, ...set(ROW_END)],
    ...all.flatMap((j) => [...NOUGHT, ...set(sumOf(j))]),
    ...LOOP,
    ...[0, 1, 2, 3].flatMap(eightOfEach),
    ...[...get(QUERY), ...constant(64 * queries), ...ADD, ...set(QUERY)],
    ...[...get(ROWS), ...constant(32), ...ADD, ...tee(ROWS), ...get(ROW_END), ...LESS, ...AGAIN, ...END],
    ...all.flatMap((j) => [...get(OUT), ...addedLanes(sumOf(j)), ...store(4 * j)]),
    ...[...get(OUT), ...constant(4 * queries), ...ADD, ...set(OUT)],
    ...[...get(COUNT), ...constant(1), ...SUBTRACT, ...tee(COUNT), ...AGAIN, ...END],
    ...END,
  ];
  const locals = [2, 2, I32, ...unsigned(1 + queries), V128];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 5, I32, I32, I32, I32, I32, 0]),
    ...section(2, [1, ...name('env'), ...name('memory'), 0x02, 0x00, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('scores'), 0x00, 0]),
    ...section(10, [1, ...sized([...locals, ...body])]),
  ]);
}

const [QUERIES, ROWS, COUNT, STRIDE, OUT, QUERY, ROW_END, EIGHT] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const sumOf = (query: number): number => 8 + query;

const I32 = 0x7f;
const V128 = 0x7b;
const LOOP = [0x03, 0x40];
const END = [0x0b];
/** Back to the loop's beginning, if. */
const AGAIN = [0x0d, 0];
const LESS = [0x49];
const ADD = [0x6a];
const SUBTRACT = [0x6b];
const get = (local: number): number[] => [0x20, ...unsigned(local)];
const set = (local: number): number[] => [0x21, ...unsigned(local)];
const tee = (local: number): number[] => [0x22, ...unsigned(local)];
const constant = (value: number): number[] => [0x41, ...signed(value)];
const store = (offset: number): number[] => [0x36, 2, ...unsigned(offset)];

const simd = (opcode: number, ...rest: number[]): number[] => [0xfd, ...unsigned(opcode), ...rest];
/** v128.load8x8_s: eight int8 as int16. */
const load8 = (offset: number): number[] => simd(0x01, 3, ...unsigned(offset));
/** v128.load: eight int16. */
const load16 = (offset: number): number[] => simd(0x00, 4, ...unsigned(offset));
const NOUGHT = simd(0x0c, ...new Array<number>(16).fill(0));
/** i32x4.dot_i16x8_s */
const DOT = simd(0xba);
const ADD_LANES = simd(0xae);
const addedLanes = (local: number): number[] =>
  [0, 1, 2, 3].flatMap((lane) => [...get(local), ...simd(0x1b, lane), ...(lane === 0 ? [] : ADD)]);

const section = (id: number, content: number[]): number[] => [id, ...sized(content)];
const sized = (content: number[]): number[] => [...unsigned(content.length), ...content];
const name = (text: string): number[] => sized([...Buffer.from(text)]);

/** LEB128 */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
