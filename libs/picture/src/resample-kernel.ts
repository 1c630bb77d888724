import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Fraction bits of a fixed-point weight. */
export const PRECISION_BITS = 22;
export const PAIR_BYTES = 8;
const LOW_BITS = 15;
const PAGE_BYTES = 65_536;

/** Splits a fixed-point weight into the two int16 numbers that the kernel multiplies with. */
export const splitWeight = (weight: number): [low: number, high: number] => [
  weight & ((1 << LOW_BITS) - 1),
  weight >> LOW_BITS,
];

type Pass = (...parameters: number[]) => void;

export interface ResampleKernel {
  /** The memory that the passes read and write. */
  readonly bytes: Uint8Array;
  readonly horizontal: Pass;
  readonly vertical: Pass;
}

// The build compiles assembly/resample.ts, which describes the passes and their parameters.
const compiled = new WebAssembly.Module(readFileSync(join(__dirname, 'resample.wasm')));

/** Instantiates the kernel with its own memory of `sizeBytes`. */
export function openResampleKernel(sizeBytes: number): ResampleKernel {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(sizeBytes / PAGE_BYTES) });
  const { horizontal, vertical } = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
  return { bytes: new Uint8Array(memory.buffer), horizontal: horizontal as Pass, vertical: vertical as Pass };
}
