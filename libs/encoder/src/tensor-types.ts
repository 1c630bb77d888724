import { Tensor, type InferenceSession } from 'onnxruntime-node';

type Feeds = Record<string, Tensor>;

/** Converts tensors to the types of the graph: float32 to float16 and int64 to int32 where the graph has those. */
export function fitTensors(session: Pick<InferenceSession, 'inputMetadata'>, feeds: Feeds): Feeds {
  const wanted = new Map(session.inputMetadata.map((input) => [input.name, input.isTensor ? input.type : undefined]));
  const fit = (name: string, tensor: Tensor): Tensor => {
    const type = wanted.get(name);
    if (type === 'float16' && tensor.type === 'float32')
      return halfTensor(Uint16Array.from(tensor.data as Float32Array, floatToHalf), tensor.dims);
    if (type === 'int32' && tensor.type === 'int64')
      return new Tensor('int32', Int32Array.from(tensor.data as BigInt64Array, Number), tensor.dims);
    return tensor;
  };
  return Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, fit(name, tensor)]));
}

/**
 * With a Float16Array (Node 24 and later) onnxruntime converts the bits to one, and its own addon treats that as an
 * empty array. So this tensor exposes the bits.
 */
function halfTensor(bits: Uint16Array, dims: readonly number[]): Tensor {
  const tensor = new Tensor('float16', bits, dims);
  return tensor.data instanceof Uint16Array ? tensor : Object.defineProperty(tensor, 'data', { value: bits });
}

/**
 * The values of a float32 or float16 tensor; undefined for other types. For float32 it is the tensor's own data, not a
 * copy.
 */
export function toFloat32({ type, data }: Tensor): Float32Array | undefined {
  if (type === 'float32') return data as Float32Array;
  if (type !== 'float16') return undefined;
  // Newer versions of Node have a Float16Array, whose elements are already numbers.
  if (!(data instanceof Uint16Array)) return Float32Array.from(data as unknown as ArrayLike<number>);
  return Float32Array.from(data, halfToFloat);
}

const [FLOAT, BITS] = ((buffer) => [new Float32Array(buffer), new Uint32Array(buffer)] as const)(new ArrayBuffer(4));

/** The bits of the nearest IEEE 754 binary16, ties to even; infinity above 65,504. */
export function floatToHalf(value: number): number {
  FLOAT[0] = value;
  const bits = BITS[0] as number;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(value) * 2 ** 24);
  // Rounding may carry into the exponent. That gives the next power of two or infinity, which is correct.
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

/** The value of the IEEE 754 binary16 with these bits. */
export function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1_024 + fraction) * 2 ** (exponent - 25));
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
