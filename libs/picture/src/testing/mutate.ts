/** Numbers from 0 to below 1 that repeat with the seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Numbers that break arithmetic with sizes. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** A damaged copy of a file: one to four changes, half of them among the first bytes, where headers are. */
export function mutate(file: Uint8Array, random: () => number): Buffer {
  let bytes = Buffer.from(file);
  const below = (limit: number): number => Math.floor(random() * limit);
  const place = (): number => below(random() < 0.5 ? Math.min(bytes.length, 200) : bytes.length);
  for (let changes = 1 + below(4); changes > 0 && bytes.length > 8; changes--) {
    const [kind, at] = [below(7), place()];
    if (kind === 0) bytes[at] = (bytes[at] as number) ^ (1 << below(8));
    else if (kind === 1) bytes[at] = below(256);
    else if (kind === 2) writeExtreme(bytes, at, EXTREMES[below(EXTREMES.length)] as number, random() < 0.5);
    else if (kind === 3) bytes = bytes.subarray(0, Math.max(8, at));
    else if (kind === 4) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(64))]);
    else if (kind === 5) {
      const piece = bytes.subarray(at, at + 1 + below(256));
      bytes = Buffer.concat([bytes.subarray(0, at), piece, piece, bytes.subarray(at)]);
    } else bytes.fill(below(256), at, Math.min(bytes.length, at + 1 + below(64)));
  }
  return bytes;
}

function writeExtreme(bytes: Buffer, at: number, value: number, isLittle: boolean): void {
  const start = Math.min(at, bytes.length - 4);
  if (isLittle) bytes.writeUInt32LE(value, start);
  else bytes.writeUInt32BE(value, start);
}
