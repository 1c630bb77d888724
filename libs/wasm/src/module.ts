import { F64, I32, I64, unsigned, V128 } from './instructions';

export interface Memory {
  readonly buffer: ArrayBuffer;
}

/** Made by {@link compile} alone; what is in it is this library's. */
export interface Module {
  readonly compiled: unknown;
}

const PAGE_BYTES = 65_536;

/** Its parameters are int32, as the first locals; it gives nothing back. */
export interface KernelFunction {
  readonly parameters: number;
  /** Further locals, in this order: int32, int64, doubles, vectors. */
  readonly integers: number;
  readonly longs?: number;
  readonly doubles?: number;
  readonly vectors: number;
  readonly body: readonly number[];
}

/**
 * A module of functions over one imported memory. Kernels of a few hundred bytes are written down as such, so that no
 * binary file has to be kept and trusted, and none has to be built.
 */
export function compile(functions: Readonly<Record<string, KernelFunction>>): Module {
  const all = Object.entries(functions);
  const types = all.map(([, { parameters }]) => [0x60, ...sized(new Array<number>(parameters).fill(I32)), 0]);
  const exports = all.map(([name], i) => [...text(name), 0x00, i]);
  const bodies = all.map(([, { integers, longs = 0, doubles = 0, vectors, body }]) => {
    const locals = [integers, longs, doubles, vectors].flatMap((count, i) => [
      ...unsigned(count),
      [I32, I64, F64, V128][i] as number,
    ]);
    return sized([4, ...locals, ...body, 0x0b]);
  });
  const bytes = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(2, [[...text('env'), ...text('memory'), 0x02, 0x00, 1]]),
    ...section(
      3,
      all.map((_, i) => [i]),
    ),
    ...section(7, exports),
    ...section(10, bodies),
  ]);
  return { compiled: new WebAssembly.Module(bytes) };
}

export function createMemory(bytes: number): Memory {
  return new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(bytes / PAGE_BYTES)) });
}

/** The module's functions over this memory. */
export function instantiate<Name extends string>(
  { compiled }: Module,
  memory: Memory,
): Readonly<Record<Name, (...parameters: number[]) => void>> {
  return new WebAssembly.Instance(compiled as WebAssembly.Module, { env: { memory } }).exports as never;
}

const section = (id: number, items: readonly number[][]): number[] => [
  id,
  ...sized([...unsigned(items.length), ...items.flat()]),
];
const sized = (content: readonly number[]): number[] => [...unsigned(content.length), ...content];
const text = (value: string): number[] => sized([...Buffer.from(value)]);
