import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bits behind the point of a weight. */
export const PRECISION_BITS = 22;
export const PAIR_BYTES = 8;
const LOW_BITS = 15;
const PAGE_BYTES = 65_536;

/** The two halves of a fixed-point weight, as the kernel takes them. */
export const splitWeight = (weight: number): [low: number, high: number] => [
  weight & ((1 << LOW_BITS) - 1),
  weight >> LOW_BITS,
];

type Pass = (...parameters: number[]) => void;

export interface ResampleKernel {
  /** All that the passes read and write. */
  readonly bytes: Uint8Array;
  readonly horizontal: Pass;
  readonly vertical: Pass;
}

// assembly/resample.ts, compiled by the build; it describes the passes and their parameters.
const compiled = new WebAssembly.Module(readFileSync(join(__dirname, 'resample.wasm')));

/** The passes over a memory of their own. */
export function openResampleKernel(sizeBytes: number): ResampleKernel {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(sizeBytes / PAGE_BYTES) });
  const { horizontal, vertical } = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
  return { bytes: new Uint8Array(memory.buffer), horizontal: horizontal as Pass, vertical: vertical as Pass };
}
