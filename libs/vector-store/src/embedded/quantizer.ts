import { compile, instantiate, op, type Memory, type Module } from '@wentu/wasm';

const { get, set, tee, constant, ADD, LESS } = op;
const NEXT_TO_NOTHING = 1e-30;
const quantizing = quantizeKernel();

export interface Quantized {
  /** What a whole number stands for. */
  readonly scale: number;
  /** How far (Euclidean) the whole numbers lie from what they stand for. */
  readonly error: number;
}

/** Makes whole numbers of a vector's. */
export class Quantizer {
  /** Of the vector that was last quantized, and noughts up to the stride. */
  readonly whole: Int16Array;
  private readonly vector: Float32Array;
  private readonly floats: Float32Array;
  private readonly doubles: Float64Array;
  private readonly kernels: Readonly<Record<'largest' | 'quantize', (...parameters: number[]) => void>>;

  /** Works at the beginning of the memory. */
  constructor(
    memory: Memory,
    dimension: number,
    private readonly stride: number,
  ) {
    // The vector, its whole numbers; four float32 (the largest ones, then the inverse of the scale) and two doubles
    // (the scale, then the error).
    this.vector = new Float32Array(memory.buffer, 0, dimension);
    this.whole = new Int16Array(memory.buffer, stride * 4, stride);
    this.floats = new Float32Array(memory.buffer, stride * 6, 4);
    this.doubles = new Float64Array(memory.buffer, stride * 6 + 16, 2);
    this.kernels = instantiate<'largest' | 'quantize'>(quantizing, memory);
  }

  static bytes(stride: number): number {
    return stride * 6 + 32;
  }

  /** @returns for whole numbers up to ±most */
  quantize(vector: Float32Array, most: number): Quantized {
    const { stride, floats, doubles } = this;
    this.vector.set(vector);
    this.kernels.largest(0, stride * 4, stride * 6);
    const largest = floats.reduce((a, b) => Math.max(a, b));
    // As float32, which is what is kept of it. Of next to nothing no inverse is left: all of it is error then.
    const scale = largest < NEXT_TO_NOTHING ? 0 : Math.fround(largest / most);
    // Whichever whole numbers this gives, the error knows how far they are off; none is beyond `most`, by a rounding at
    // the most.
    floats.fill(scale === 0 ? 0 : 1 / scale);
    doubles.fill(scale);
    this.kernels.quantize(0, stride * 4, stride * 6, stride * 4, stride * 6 + 16);
    const squares = (doubles[0] as number) + (doubles[1] as number);
    // Rounded up to what float32 can hold.
    return { scale, error: Math.fround(Math.sqrt(squares) * (1 + 1e-6)) };
  }
}

/**
 * How numbers become whole ones, in two functions:
 *
 *     largest(vector, end, out)
 *     quantize(vector, end, constants, whole, out)
 *
 * `vector` are float32 up to `end`, a multiple of 32 of them. The first writes four float32 to `out`, the largest of
 * whose is the largest absolute number. The second takes four float32 of how many whole ones make 1 and two doubles of
 * what a whole one stands for from `constants`, writes int16 to `whole`, and to `out` two doubles: the sum of them is
 * the sum of squares by which the whole numbers miss.
 */
function quantizeKernel(): Module {
  const [VECTOR, END, OUT, LARGEST] = [0, 1, 2, 3];
  const nextFour = (vector: number): number[] => [...get(vector), ...constant(16), ...ADD, ...tee(vector)];
  const largest = [
    ...op.loop(
      [...get(LARGEST), ...get(VECTOR), ...op.load128(), ...op.ABSOLUTE_FLOAT, ...op.LARGER_FLOAT, ...set(LARGEST)],
      [...nextFour(VECTOR), ...get(END), ...LESS],
    ),
    ...[...get(OUT), ...get(LARGEST), ...op.store128()],
  ];
  return compile({
    largest: { parameters: 3, integers: 0, vectors: 1, body: largest },
    quantize: { parameters: 5, integers: 0, vectors: 6, body: quantizeBody() },
  });
}

function quantizeBody(): number[] {
  const [VECTOR, END, CONSTANTS, WHOLE, OUT, INVERSE, SCALE, MISSED, FOUR, LOW, OFF] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ];
  const highHalf = op.shuffle([8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]);
  const four = (at: number): number[] => [
    ...[...get(VECTOR), ...op.load128(at), ...get(INVERSE), ...op.MULTIPLY_FLOAT, ...op.NEAREST_FLOAT, ...set(FOUR)],
    ...[0, 8].flatMap((half) => [
      ...[...get(VECTOR), ...op.load64(at + half), ...op.LOW_TO_DOUBLE],
      ...[...get(FOUR), ...(half === 0 ? [] : [...get(FOUR), ...highHalf]), ...op.LOW_TO_DOUBLE],
      ...[...get(SCALE), ...op.MULTIPLY_DOUBLE, ...op.SUBTRACT_DOUBLE, ...tee(OFF), ...get(OFF), ...op.MULTIPLY_DOUBLE],
      ...[...get(MISSED), ...op.ADD_DOUBLE, ...set(MISSED)],
    ]),
    ...[...get(FOUR), ...op.FLOAT_TO_INT32],
  ];
  return [
    ...[...get(CONSTANTS), ...op.load128(), ...set(INVERSE), ...get(CONSTANTS), ...op.load128(16), ...set(SCALE)],
    ...op.loop(
      [...four(0), ...set(LOW), ...get(WHOLE), ...get(LOW), ...four(16), ...op.NARROW_TO_INT16, ...op.store128()],
      [...get(WHOLE), ...constant(16), ...ADD, ...set(WHOLE)],
      [...get(VECTOR), ...constant(32), ...ADD, ...tee(VECTOR), ...get(END), ...LESS],
    ),
    ...[...get(OUT), ...get(MISSED), ...op.store128()],
  ];
}
