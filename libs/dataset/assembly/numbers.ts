// Reads lists of numbers from text, in AssemblyScript. src/number-list.ts lays out the memory, and reads the numbers
// that this does not read. All parameters are addresses.

const SPACE: u32 = 0x20;
const MINUS: u32 = 0x2d;
const DOT: u32 = 0x2e;
const ZERO: u32 = 0x30;
/** As digits: characters that are not digits are outside 0 to 9. */
const COMMA: u32 = 0x2c - ZERO;
const CLOSE: u32 = 0x5d - ZERO;

/** The limit of digits: their whole number is below it. */
const MOST: u64 = 1_000_000_000_000_000_000;
/** The powers of ten that are exact doubles. */
const POWERS = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]);
const MOST_PLACES: usize = 22;
/** 2^-40: far above the error of the second half of a quotient, and far below the precision of a rounding. */
const MARGIN: f64 = 1.0 / 1_099_511_627_776.0;

/** @returns the first address that `read` does not use for itself */
export function freeFrom(): usize {
  return __heap_base;
}

/**
 * Reads numbers below ten in the format of Python and JavaScript, `-?\d\.\d+`, separated by a comma and at most one
 * space, up to and including a `]`. It stops where rounding is uncertain: at a number with more than 18 digits or 22
 * places, or too near to the middle between two doubles; the caller uses Number().
 * @param position the start of a number, or a space before it; up to eight bytes beyond the text are read, which must
 *   not be digits
 * @param out takes the nearest double of each number
 * @param state takes two int32: the start of the first number that was not read, or the position after the `]`; and the
 *   address for the next double
 */
export function read(position: usize, out: usize, state: usize): void {
  let start = position;
  for (;;) {
    start = position;
    if (load<u8>(position) == SPACE) position++;
    const isNegative = load<u8>(position) == MINUS;
    if (isNegative) position++;
    let digit = digitAt(position);
    if (digit > 9 || load<u8>(position, 1) != DOT) break;

    let whole: u64 = digit;
    position += 2;
    const firstPlace = position;
    let eight = load<u64>(position);
    while (areDigits(eight) && whole < MOST / 100_000_000) {
      whole = whole * 100_000_000 + numberOf(eight);
      position += 8;
      eight = load<u64>(position);
    }
    digit = digitAt(position);
    while (digit <= 9 && whole < MOST / 10) {
      whole = whole * 10 + digit;
      position++;
      digit = digitAt(position);
    }
    const places = position - firstPlace;
    // A digit here is one too many.
    if (places == 0 || places > MOST_PLACES || (digit != COMMA && digit != CLOSE)) break;

    const value = quotient(whole, load<f64>(POWERS + (places << 3)));
    if (isNaN(value)) break;
    store<f64>(out, isNegative ? -value : value);
    out += sizeof<f64>();
    position++;
    start = position;
    if (digit == CLOSE) break;
  }
  store<i32>(state, start);
  store<i32>(state, out, sizeof<i32>());
}

@inline
function digitAt(position: usize): u32 {
  return <u32>load<u8>(position) - ZERO;
}

@inline
function areDigits(eight: u64): bool {
  const upperHalves: u64 = 0xf0f0f0f0f0f0f0f0;
  // Adding 6 carries into the upper half of a byte above '9'.
  const carried = ((eight + 0x0606060606060606) & upperHalves) >> 4;
  return ((eight & upperHalves) | carried) == 0x3333333333333333;
}

/** The number of eight digits (D. Lemire's parse_eight_digits). */
@inline
function numberOf(eight: u64): u64 {
  const digits = eight - 0x3030303030303030;
  const pairs = digits * 10 + (digits >> 8);
  const everyOther: u64 = 0x000000ff000000ff;
  const upper = (pairs & everyOther) * (100 + (1_000_000 << 32));
  const lower = ((pairs >> 16) & everyOther) * (1 + (10_000 << 32));
  return (upper + lower) >> 32;
}

/**
 * The double that is nearest to whole / power; NaN where that is uncertain. The whole number is the exact sum of two
 * doubles. That sum is divided, and the remainder is carried along (T. J. Dekker, 1971): the error is below 2^-100.
 */
@inline
function quotient(whole: u64, power: f64): f64 {
  const sum = <f64>(<i64>whole);
  const rest = <f64>(<i64>whole - <i64>sum);
  const first = sum / power;
  const product = first * power;
  const high = upperHalf(first);
  const low = first - high;
  const powerHigh = upperHalf(power);
  const powerLow = power - powerHigh;
  // The rounding error of the product, from the halves of its factors.
  const lost = high * powerHigh - product + high * powerLow + low * powerHigh + low * powerLow;
  const second = (sum - product - lost + rest) / power;
  const value = first + second * (1 + MARGIN);
  return value == first + second * (1 - MARGIN) ? value : NaN;
}

/** The upper 26 bits of a double's 53. */
@inline
function upperHalf(value: f64): f64 {
  const split: f64 = 134_217_729;
  const scaled = split * value;
  return scaled - (scaled - value);
}
