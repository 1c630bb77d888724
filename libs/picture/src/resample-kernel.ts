import { compile, op, type Module } from '@wentu/wasm';

const { get, set, tee, constant, ADD, LESS, ADD32, DOT } = op;

export const PRECISION_BITS = 32 - 8 - 2;
const LOW_BITS = 15;
export const PAIR_BYTES = 8;

/** Splits a weight as the kernel takes it. */
export const splitWeight = (weight: number): [low: number, high: number] => [
  weight & ((1 << LOW_BITS) - 1),
  weight >> LOW_BITS,
];

/** (high << 15) + low, rounded and brought back to whole values. */
const whole = (low: number, high: number): number[] => [
  ...get(high),
  ...constant(LOW_BITS),
  ...op.SHIFT_LEFT32,
  ...get(low),
  ...ADD32,
  ...constant(1 << (PRECISION_BITS - 1)),
  ...op.SPLAT32,
  ...ADD32,
  ...constant(PRECISION_BITS),
  ...op.SHIFT_RIGHT32,
];
/** Adds both taps of a pair, times the weights, to the sums. */
const addPair = (values: number, weights: number, low: number, high: number): number[] => [
  ...[...get(low), ...get(values), ...get(weights), ...op.load32Splat(0), ...DOT, ...ADD32, ...set(low)],
  ...[...get(high), ...get(values), ...get(weights), ...op.load32Splat(4), ...DOT, ...ADD32, ...set(high)],
];
const clear = (...locals: number[]): number[] => locals.flatMap((local) => [...op.NOUGHT128, ...set(local)]);
const advance = (local: number, by: number[]): number[] => [...get(local), ...by, ...ADD, ...tee(local)];
const until = (local: number, end: number): number[] => [...get(local), ...get(end), ...LESS];

function horizontal() {
  const [ROWS, ROWS_END, ROW_BYTES, STARTS, STARTS_END, WEIGHTS, PAIRS, OUT, OUT_BYTES] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const [START, WEIGHT, WEIGHT_END, FROM, TO] = [9, 10, 11, 12, 13];
  const [LOW, HIGH, VALUES] = [14, 15, 16];
  const NONE = 0xff;
  // R R G G B B of two pixels, each as int16.
  const pairs = [[0, NONE, 3, NONE], [1, NONE, 4, NONE], [2, NONE, 5, NONE], new Array<number>(4).fill(NONE)].flat();
  const eachPair = op.loop(
    [...get(FROM), ...op.load64(), ...op.constant128(pairs), ...op.SWIZZLE, ...set(VALUES)],
    addPair(VALUES, WEIGHT, LOW, HIGH),
    [...get(FROM), ...constant(6), ...ADD, ...set(FROM)],
    advance(WEIGHT, constant(PAIR_BYTES)),
    [...get(WEIGHT_END), ...LESS],
  );
  const eachPixel = op.loop(
    [...get(ROWS), ...get(START), ...op.load(), ...ADD, ...set(FROM)],
    [...get(WEIGHT), ...get(PAIRS), ...ADD, ...set(WEIGHT_END)],
    clear(LOW, HIGH),
    eachPair,
    [...get(TO), ...whole(LOW, HIGH), ...tee(VALUES), ...get(VALUES), ...op.NARROW_TO_INT16],
    [...tee(VALUES), ...get(VALUES), ...op.NARROW_TO_UINT8, ...op.store32Lane],
    [...get(TO), ...constant(3), ...ADD, ...set(TO)],
    [...get(START), ...constant(4), ...ADD, ...tee(START), ...get(STARTS_END), ...LESS],
  );
  const eachRow = op.loop(
    [...get(STARTS), ...set(START), ...get(WEIGHTS), ...set(WEIGHT), ...get(OUT), ...set(TO)],
    eachPixel,
    [...get(OUT), ...get(OUT_BYTES), ...ADD, ...set(OUT)],
    [...get(ROWS), ...get(ROW_BYTES), ...ADD, ...set(ROWS)],
    until(ROWS, ROWS_END),
  );
  return { parameters: 9, integers: 5, vectors: 3, body: eachRow };
}

function vertical() {
  const [ROWS, ROW_BYTES, STARTS, STARTS_END, WEIGHTS, PAIRS, OUT] = [0, 1, 2, 3, 4, 5, 6];
  const [WEIGHT, WEIGHT_END, COLUMN, COLUMN_END, FROM] = [7, 8, 9, 10, 11];
  const [LOW1, HIGH1, LOW2, HIGH2, BYTES, VALUES] = [12, 13, 14, 15, 16, 17];
  // One byte of the upper row, one of the lower, and so on.
  const woven = Array.from({ length: 8 }, (_, i) => [i, 16 + i]).flat();
  const eachPair = op.loop(
    [...get(FROM), ...op.load64(), ...get(FROM), ...get(ROW_BYTES), ...ADD, ...tee(FROM), ...op.load64()],
    [...op.shuffle(woven), ...tee(BYTES), ...op.EXTEND_LOW, ...set(VALUES)],
    addPair(VALUES, WEIGHT, LOW1, HIGH1),
    [...get(BYTES), ...op.EXTEND_HIGH, ...set(VALUES)],
    addPair(VALUES, WEIGHT, LOW2, HIGH2),
    [...get(FROM), ...get(ROW_BYTES), ...ADD, ...set(FROM)],
    advance(WEIGHT, constant(PAIR_BYTES)),
    [...get(WEIGHT_END), ...LESS],
  );
  const eachEight = op.loop(
    [...get(COLUMN), ...set(FROM), ...get(WEIGHTS), ...set(WEIGHT)],
    clear(LOW1, HIGH1, LOW2, HIGH2),
    eachPair,
    [...get(OUT), ...whole(LOW1, HIGH1), ...whole(LOW2, HIGH2), ...op.NARROW_TO_INT16],
    [...tee(VALUES), ...get(VALUES), ...op.NARROW_TO_UINT8, ...op.store64Lane],
    [...get(OUT), ...constant(8), ...ADD, ...set(OUT)],
    advance(COLUMN, constant(8)),
    [...get(COLUMN_END), ...LESS],
  );
  const eachRow = op.loop(
    [...get(ROWS), ...get(STARTS), ...op.load(), ...ADD, ...tee(COLUMN), ...get(ROW_BYTES), ...ADD, ...set(COLUMN_END)],
    [...get(WEIGHTS), ...get(PAIRS), ...ADD, ...set(WEIGHT_END)],
    eachEight,
    [...get(WEIGHT_END), ...set(WEIGHTS)],
    [...get(STARTS), ...constant(4), ...ADD, ...tee(STARTS), ...get(STARTS_END), ...LESS],
  );
  return { parameters: 7, integers: 5, vectors: 6, body: eachRow };
}

/**
 * The two passes of the resize. Taps lie in pairs of eight bytes: the lower 15 bits of both weights and then what is above them, all as int16, so
 * that one instruction multiplies and adds both for four values. `pairs` is the same for all outputs of a pass; what is too many has weight 0.
 *
 *     horizontal(rows, rowsEnd, rowBytes, starts, startsEnd, weights, pairBytes, out, outBytes)
 *     vertical(rows, rowBytes, starts, startsEnd, weights, pairBytes, out)
 *
 * `starts` are int32 offsets in bytes of each output's first tap. Horizontally the taps are neighbouring RGB pixels and three bytes are made of them (a fourth
 * is written behind, and eight bytes are read where six are); vertically they are neighbouring rows of `rowBytes`, a multiple of eight, and a row is made.
 */
export const resampleKernel: Module = compile({ horizontal: horizontal(), vertical: vertical() });
