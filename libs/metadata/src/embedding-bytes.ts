import { endianness } from 'node:os';
import { toBytes } from './entities/columns';

const LITTLE = endianness() === 'LE';

/** Float32 in little-endian order on every machine. */
export function toEmbeddingBytes(embedding: Float32Array): Buffer {
  const bytes = Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);
  return LITTLE ? bytes : Buffer.from(bytes).swap32();
}

/** Uses an ArrayBuffer without a copy, because only this value uses it. Other bytes may not be aligned to four. */
export function fromBytes(bytes: ArrayBuffer | Uint8Array): Float32Array {
  return LITTLE && bytes instanceof ArrayBuffer ? new Float32Array(bytes) : fromPage([toBytes(bytes)]);
}

/** Joins embeddings into one array, `[rows.length, dimension]` in row-major order. */
export function fromPage(rows: readonly Uint8Array[]): Float32Array {
  const size = rows[0]?.byteLength ?? 0;
  const page = new Uint8Array(rows.length * size);
  rows.forEach((row, i) => page.set(row, i * size));
  if (!LITTLE) Buffer.from(page.buffer).swap32();
  return new Float32Array(page.buffer);
}
