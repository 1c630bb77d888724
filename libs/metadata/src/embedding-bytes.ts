import { endianness } from 'node:os';

const LITTLE = endianness() === 'LE';

/** float32 little-endian, whatever the machine. */
export function toEmbeddingBytes(embedding: Float32Array): Buffer {
  const bytes = Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);
  return LITTLE ? bytes : Buffer.from(bytes).swap32();
}

/** A copy: the driver's bytes may not be aligned to four, and may belong to a larger buffer. */
export function fromBytes(bytes: Uint8Array): Float32Array {
  return fromPage([bytes]);
}

/** Many embeddings after one another, `[rows.length, dimension]` row-major. */
export function fromPage(rows: readonly Uint8Array[]): Float32Array {
  const size = rows[0]?.byteLength ?? 0;
  const page = new Uint8Array(rows.length * size);
  rows.forEach((row, i) => page.set(row, i * size));
  if (!LITTLE) Buffer.from(page.buffer).swap32();
  return new Float32Array(page.buffer);
}
