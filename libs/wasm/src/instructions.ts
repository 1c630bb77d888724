/**
 * Instructions of WebAssembly 2.0 with its 128-bit vectors, as the bytes that they are; each takes its operands from
 * the stack.
 */

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F64 = 0x7c;
export const V128 = 0x7b;

export const get = (local: number): number[] => [0x20, ...unsigned(local)];
export const set = (local: number): number[] => [0x21, ...unsigned(local)];
export const tee = (local: number): number[] => [0x22, ...unsigned(local)];
export const constant = (value: number): number[] => [0x41, ...signed(BigInt(value))];
export const load = (offset = 0): number[] => [0x28, 2, ...unsigned(offset)];
export const store = (offset = 0): number[] => [0x36, 2, ...unsigned(offset)];
/** i32.load8_u */
export const load8 = (offset = 0): number[] => [0x2d, 0, ...unsigned(offset)];
export const ADD = [0x6a];
export const SUBTRACT = [0x6b];
export const MULTIPLY = [0x6c];
export const AND = [0x71];
export const SHIFT_LEFT = [0x74];
export const EQUAL = [0x46];
export const UNEQUAL = [0x47];
/** Of unsigned numbers. */
export const LESS = [0x49];
export const MORE = [0x4b];
/** Runs the body, and again as long as the condition at its end leaves something else than 0. */
export const loop = (...body: number[][]): number[] => [0x03, 0x40, ...body.flat(), 0x0d, 0, 0x0b];
/** Runs the body; where it is left, what stands behind it goes on. */
export const block = (...body: number[][]): number[] => [0x02, 0x40, ...body.flat(), 0x0b];
/** Leaves the block that lies so many further out if what is on the stack is not 0; of a loop, it begins it again. */
export const leaveIf = (outwards: number): number[] => [0x0d, ...unsigned(outwards)];
/** Runs the body if what is on the stack is not 0. */
export const when = (...body: number[][]): number[] => [0x04, 0x40, ...body.flat(), 0x0b];

/** Of int64. The first loads eight bytes, wherever they are. */
export const load64Int = (offset = 0): number[] => [0x29, 0, ...unsigned(offset)];
export const constant64 = (value: bigint): number[] => [0x42, ...signed(BigInt.asIntN(64, value))];
export const ADD64 = [0x7c];
export const SUBTRACT64 = [0x7d];
export const MULTIPLY64 = [0x7e];
export const AND64 = [0x83];
export const OR64 = [0x84];
export const SHIFT_RIGHT64 = [0x88];
export const UNEQUAL64 = [0x52];
export const NOT_LESS64 = [0x5a];
/** i64.extend_i32_u, i64.trunc_f64_s */
export const INT32_TO_INT64 = [0xad];
export const DOUBLE_TO_INT64 = [0xb0];

/** Of single doubles. */
export const loadDouble = (offset = 0): number[] => [0x2b, 3, ...unsigned(offset)];
export const storeDouble = (offset = 0): number[] => [0x39, 3, ...unsigned(offset)];
export const constantDouble = (value: number): number[] => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)];
export const ADD_ONE_DOUBLE = [0xa0];
export const SUBTRACT_ONE_DOUBLE = [0xa1];
export const MULTIPLY_ONE_DOUBLE = [0xa2];
export const DIVIDE_ONE_DOUBLE = [0xa3];
/** f64.copysign: the first with the sign of the second. */
export const COPY_SIGN = [0xa6];
export const UNEQUAL_DOUBLE = [0x62];
/** f64.convert_i64_s, f64.convert_i32_s */
export const INT64_TO_DOUBLE = [0xb9];
export const INT32_TO_DOUBLE = [0xb7];

const simd = (opcode: number, ...rest: number[]): number[] => [0xfd, ...unsigned(opcode), ...rest];
/** v128.load */
export const load128 = (offset = 0): number[] => simd(0x00, 4, ...unsigned(offset));
/** v128.load8x8_s: eight int8 as int16. */
export const load8AsInt16 = (offset = 0): number[] => simd(0x01, 3, ...unsigned(offset));
/** v128.load32_splat: the same four bytes in all four lanes. */
export const load32Splat = (offset = 0): number[] => simd(0x09, 2, ...unsigned(offset));
/** v128.load64_zero: eight bytes, and as many noughts. */
export const load64 = (offset = 0): number[] => simd(0x5d, 0, ...unsigned(offset));
export const store128 = (offset = 0): number[] => simd(0x0b, 4, ...unsigned(offset));
/** v128.store32_lane and v128.store64_lane of the first lane. */
export const store32Lane = simd(0x5a, 0, 0, 0);
export const store64Lane = simd(0x5b, 0, 0, 0);
export const constant128 = (bytes: readonly number[]): number[] => simd(0x0c, ...bytes);
export const NOUGHT128 = constant128(new Array<number>(16).fill(0));
/** i8x16.shuffle: bytes of two vectors, those of the second counted from 16. */
export const shuffle = (bytes: readonly number[]): number[] => simd(0x0d, ...bytes);
/** i8x16.swizzle: bytes of the first vector as the second numbers them; a number above 15 gives 0. */
export const SWIZZLE = simd(0x0e);
/** i32x4.splat */
export const SPLAT32 = simd(0x11);
/** i32x4.extract_lane */
export const lane32 = (lane: number): number[] => simd(0x1b, lane);
/** i8x16.narrow_i16x8_u and i16x8.narrow_i32x4_s: to the nearest that there is. */
export const NARROW_TO_UINT8 = simd(0x66);
export const NARROW_TO_INT16 = simd(0x85);
/** i16x8.extend_low_i8x16_u, i16x8.extend_high_i8x16_u */
export const EXTEND_LOW = simd(0x89);
export const EXTEND_HIGH = simd(0x8a);
/** i32x4.shl, i32x4.shr_s */
export const SHIFT_LEFT32 = simd(0xab);
export const SHIFT_RIGHT32 = simd(0xac);
/** f32x4.convert_i32x4_s, f32x4.add, f32x4.ge */
export const INT32_TO_FLOAT = simd(0xfa);
export const ADD_FLOAT = simd(0xe4);
export const NOT_LESS_FLOAT = simd(0x46);
/** v128.any_true */
export const ANY = simd(0x53);
/** f32x4.abs, f32x4.max, f32x4.mul, f32x4.nearest */
export const ABSOLUTE_FLOAT = simd(0xe0);
export const LARGER_FLOAT = simd(0xe9);
export const MULTIPLY_FLOAT = simd(0xe6);
export const NEAREST_FLOAT = simd(0x6a);
/** f64x2.promote_low_f32x4, f64x2.add, f64x2.sub, f64x2.mul */
export const LOW_TO_DOUBLE = simd(0x5f);
export const ADD_DOUBLE = simd(0xf0);
export const SUBTRACT_DOUBLE = simd(0xf1);
export const MULTIPLY_DOUBLE = simd(0xf2);
/** i32x4.trunc_sat_f32x4_s */
export const FLOAT_TO_INT32 = simd(0xf8);
/** i32x4.add */
export const ADD32 = simd(0xae);
/** i32x4.dot_i16x8_s: products of eight int16, neighbours added. */
export const DOT = simd(0xba);

/** LEB128 */
export function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: bigint): number[] {
  const low = Number(value & 0x7fn);
  return value >= -0x40n && value < 0x40n ? [low] : [low | 0x80, ...signed(value >> 7n)];
}
