import { compile, op, type Module } from '@wentu/wasm';

const { block, constant, constant64, constantDouble, get, leaveIf, load8, loop, set } = op;

/** The powers of ten that are exact doubles: 10^0 to 10^22. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const SPLITTER = 2 ** 27 + 1;
/** The offsets of the powers, and of the upper and the lower half of each. */
const [POWER_AT, HIGH_AT, LOW_AT] = [0, 256, 512];
/** The size of these tables. */
export const TABLE_BYTES = 768;

/** The limit of digits: their whole number is below 10^18. */
const MOST = 10n ** 18n;
/** Far above the error of the second half of a quotient, and far below the precision of a rounding. */
const MARGIN = 2 ** -40;
const [SPACE, MINUS, DOT, ZERO] = [0x20, 0x2d, 0x2e, 0x30];
/** As digits: characters that are not digits are outside 0 to 9. */
const [COMMA, CLOSE] = [0x2c - ZERO, 0x5d - ZERO];

/** Writes the tables of the kernel at the start of its memory. */
export function writeTables(buffer: ArrayBuffer): void {
  const high = POWERS.map((power) => SPLITTER * power - (SPLITTER * power - power));
  new Float64Array(buffer, POWER_AT).set(POWERS);
  new Float64Array(buffer, HIGH_AT).set(high);
  new Float64Array(buffer, LOW_AT).set(POWERS.map((power, i) => power - (high[i] as number)));
}

/**
 * Reads numbers below ten in the format of Python and JavaScript:
 *
 *     read(position, out, state)
 *
 * `position` is the start of a number, or a space before it. The kernel reads numbers of the form `-?\d\.\d+`,
 * separated by a comma and at most one space, up to and including a `]`, and writes the nearest double of each to
 * `out`. It writes two int32 to `state`: the start of the first number that it did not read, or the position after the
 * `]`; and the position for the next double. It stops where rounding is uncertain: at a number with more than 18 digits
 * or 22 places, or too near to the middle between two doubles; the caller uses Number(). The kernel may read eight
 * bytes beyond the end of the text, which must not be digits.
 *
 * The digits become a whole number, eight at a time (D. Lemire's parse_eight_digits), and then the exact sum of two
 * doubles. That sum is divided by its power of ten, and the remainder is carried along (T. J. Dekker, 1971): the error
 * is below 2^-100.
 */
export function numberKernel(): Module {
  const [POSITION, OUT, STATE, START, NEGATIVE, PLACES, DIGIT] = [0, 1, 2, 3, 4, 5, 6];
  const [WHOLE, EIGHT] = [7, 8];
  const [SUM, POWER, FIRST, PRODUCT, HIGH, LOW, SECOND, VALUE] = [9, 10, 11, 12, 13, 14, 15, 16];

  const forward = (by: number[]): number[] => [...add(get(POSITION), by), ...set(POSITION)];
  const character = [...get(POSITION), ...load8()];
  const readDigit = [...subtract(character, constant(ZERO)), ...set(DIGIT)];
  const isNoDigit = more(get(DIGIT), constant(9));

  const beginning = [
    ...[...get(POSITION), ...set(START)],
    ...forward(equal(character, constant(SPACE))),
    ...[...equal(character, constant(MINUS)), ...set(NEGATIVE), ...forward(get(NEGATIVE))],
    ...[...readDigit, ...isNoDigit, ...leaveIf(1)],
    ...[...unequal([...get(POSITION), ...load8(1)], constant(DOT)), ...leaveIf(1)],
    ...[...get(DIGIT), ...op.INT32_TO_INT64, ...set(WHOLE)],
    ...[...forward(constant(2)), ...get(POSITION), ...set(PLACES)],
  ];

  const upperHalves = constant64(0xf0f0f0f0f0f0f0f0n);
  const areNotAllDigits = unequal64(
    or64(
      and64(get(EIGHT), upperHalves),
      shiftRight64(and64(add64(get(EIGHT), constant64(0x0606060606060606n)), upperHalves), constant64(4n)),
    ),
    constant64(0x3333333333333333n),
  );
  const pairs = (shifted: number[], factors: bigint): number[] =>
    multiply64(and64(shifted, constant64(0x000000ff000000ffn)), constant64(factors));
  const eightDigits = [
    ...[...get(POSITION), ...op.load64Int(), ...set(EIGHT), ...areNotAllDigits, ...leaveIf(1)],
    ...[...notLess64(get(WHOLE), constant64(MOST / 10n ** 8n)), ...leaveIf(3)],
    ...[...subtract64(get(EIGHT), constant64(0x3030303030303030n)), ...set(EIGHT)],
    ...[...add64(multiply64(get(EIGHT), constant64(10n)), shiftRight64(get(EIGHT), constant64(8n))), ...set(EIGHT)],
    ...add64(
      multiply64(get(WHOLE), constant64(10n ** 8n)),
      shiftRight64(
        add64(
          pairs(get(EIGHT), 100n + (1_000_000n << 32n)),
          pairs(shiftRight64(get(EIGHT), constant64(16n)), 1n + (10_000n << 32n)),
        ),
        constant64(32n),
      ),
    ),
    ...[...set(WHOLE), ...forward(constant(8))],
  ];
  const oneDigit = [
    ...[...readDigit, ...isNoDigit, ...leaveIf(1)],
    ...[...notLess64(get(WHOLE), constant64(MOST / 10n)), ...leaveIf(3)],
    ...add64(multiply64(get(WHOLE), constant64(10n)), [...get(DIGIT), ...op.INT32_TO_INT64]),
    ...[...set(WHOLE), ...forward(constant(1))],
  ];
  const ending = [
    ...[...subtract(get(POSITION), get(PLACES)), ...set(PLACES)],
    // At least one place, and no more than the table has. With zero places, the subtraction gives a large unsigned
    // number.
    ...[...more(subtract(get(PLACES), constant(1)), constant(POWERS.length - 2)), ...leaveIf(1)],
    ...and(unequal(get(DIGIT), constant(COMMA)), unequal(get(DIGIT), constant(CLOSE))),
    ...leaveIf(1),
  ];

  const table = (at: number): number[] => [...shiftLeft(get(PLACES), constant(3)), ...op.loadDouble(at)];
  // The rounding error of the product, from the halves of its factors.
  const lost = plus(
    plus(
      plus(minus(times(get(HIGH), table(HIGH_AT)), get(PRODUCT)), times(get(HIGH), table(LOW_AT))),
      times(get(LOW), table(HIGH_AT)),
    ),
    times(get(LOW), table(LOW_AT)),
  );
  const rest = [...subtract64(get(WHOLE), [...get(SUM), ...op.DOUBLE_TO_INT64]), ...op.INT64_TO_DOUBLE];
  const rounded = (margin: number): number[] => plus(get(FIRST), times(get(SECOND), constantDouble(1 + margin)));
  const quotient = [
    ...[...table(POWER_AT), ...set(POWER), ...get(WHOLE), ...op.INT64_TO_DOUBLE, ...set(SUM)],
    ...[...over(get(SUM), get(POWER)), ...set(FIRST), ...times(get(FIRST), get(POWER)), ...set(PRODUCT)],
    ...[...times(get(FIRST), constantDouble(SPLITTER)), ...set(HIGH)],
    ...[...minus(get(HIGH), minus(get(HIGH), get(FIRST))), ...set(HIGH), ...minus(get(FIRST), get(HIGH)), ...set(LOW)],
    ...[...over(plus(minus(minus(get(SUM), get(PRODUCT)), lost), rest), get(POWER)), ...set(SECOND)],
    ...[...rounded(MARGIN), ...set(VALUE), ...unequalDouble(get(VALUE), rounded(-MARGIN)), ...leaveIf(1)],
    ...[...get(OUT), ...get(VALUE), ...subtract(constant(0), get(NEGATIVE)), ...op.INT32_TO_DOUBLE],
    ...[...op.COPY_SIGN, ...op.storeDouble(), ...add(get(OUT), constant(8)), ...set(OUT)],
  ];
  const body = [
    ...block([
      ...loop(
        beginning,
        block(loop(eightDigits, constant(1))),
        block(loop(oneDigit, constant(1))),
        ending,
        quotient,
        [...forward(constant(1)), ...get(POSITION), ...set(START)],
        equal(get(DIGIT), constant(COMMA)),
      ),
    ]),
    ...[...get(STATE), ...get(START), ...op.store(), ...get(STATE), ...get(OUT), ...op.store(4)],
  ];
  return compile({ read: { parameters: 3, integers: 4, longs: 2, doubles: 8, vectors: 0, body } });
}

const of =
  (instruction: number[]) =>
  (a: number[], b: number[]): number[] => [...a, ...b, ...instruction];
const [add, subtract, shiftLeft] = [of(op.ADD), of(op.SUBTRACT), of(op.SHIFT_LEFT)];
const [and, equal, unequal, more] = [of(op.AND), of(op.EQUAL), of(op.UNEQUAL), of(op.MORE)];
const [add64, subtract64, multiply64] = [of(op.ADD64), of(op.SUBTRACT64), of(op.MULTIPLY64)];
const [and64, or64, shiftRight64] = [of(op.AND64), of(op.OR64), of(op.SHIFT_RIGHT64)];
const [unequal64, notLess64] = [of(op.UNEQUAL64), of(op.NOT_LESS64)];
const [plus, minus] = [of(op.ADD_ONE_DOUBLE), of(op.SUBTRACT_ONE_DOUBLE)];
const [times, over] = [of(op.MULTIPLY_ONE_DOUBLE), of(op.DIVIDE_ONE_DOUBLE)];
const unequalDouble = of(op.UNEQUAL_DOUBLE);
