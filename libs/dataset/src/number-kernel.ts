import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE_BYTES = 65_536;

export interface NumberKernel {
  readonly buffer: ArrayBuffer;
  /** The first of its bytes that the caller may use. */
  readonly freeFrom: number;
  /** See assembly/numbers.ts; all parameters are offsets in the buffer. */
  readonly read: (position: number, out: number, state: number) => void;
}

// assembly/numbers.ts, compiled by the build.
const compiled = new WebAssembly.Module(readFileSync(join(__dirname, 'numbers.wasm')));

/** @param sizeBytes how many bytes the caller needs */
export function openNumberKernel(sizeBytes: number): NumberKernel {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { freeFrom, read } = new WebAssembly.Instance(compiled, { env: { memory } }).exports as {
    freeFrom: () => number;
    read: NumberKernel['read'];
  };
  const first = freeFrom();
  memory.grow(Math.ceil((first + sizeBytes) / PAGE_BYTES));
  return { buffer: memory.buffer, freeFrom: first, read };
}
