/** A field: ASCII text, bytes that count as ASCII, or fractions as pairs of numerator and denominator. */
type Value = string | Uint8Array | readonly (readonly [number, number])[];

export interface ExifBlock {
  readonly main?: Readonly<Record<number, Value>>;
  readonly exposure?: Readonly<Record<number, Value>>;
  readonly gps?: Readonly<Record<number, Value>>;
}

/** Writes a little-endian EXIF block without its prefix `Exif\0\0`. */
export function exifBlock({ main = {}, exposure = {}, gps = {} }: ExifBlock): Buffer {
  const pointerTags = [34_665, 34_853];
  // The offsets of the other two directories follow from the sizes of those before them.
  const mainBytes = directory(8, main, pointerTags, [0, 0]).length;
  const exposureAt = 8 + mainBytes;
  const gpsAt = exposureAt + directory(exposureAt, exposure).length;
  const header = Buffer.from('II*\0\x08\0\0\0', 'latin1');
  return Buffer.concat([
    header,
    directory(8, main, pointerTags, [exposureAt, gpsAt]),
    directory(exposureAt, exposure),
    directory(gpsAt, gps),
  ]);
}

function directory(
  at: number,
  fields: Readonly<Record<number, Value>>,
  pointerTags: readonly number[] = [],
  pointers: readonly number[] = [],
): Buffer {
  const entries = Object.entries(fields).map(([tag, value]) => ({ tag: Number(tag), ...encode(value) }));
  pointerTags.forEach((tag, i) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(pointers[i] ?? 0);
    entries.push({ tag, type: 4, count: 1, bytes });
  });
  const table = Buffer.alloc(2 + entries.length * 12 + 4);
  table.writeUInt16LE(entries.length);
  const values: Buffer[] = [];
  let end = at + table.length;
  entries.forEach(({ tag, type, count, bytes }, i) => {
    const entry = 2 + i * 12;
    table.writeUInt16LE(tag, entry);
    table.writeUInt16LE(type, entry + 2);
    table.writeUInt32LE(count, entry + 4);
    if (bytes.length <= 4) bytes.copy(table, entry + 8);
    else {
      table.writeUInt32LE(end, entry + 8);
      values.push(bytes);
      end += bytes.length;
    }
  });
  return Buffer.concat([table, ...values]);
}

function encode(value: Value): { type: number; count: number; bytes: Buffer } {
  if (typeof value === 'string' || value instanceof Uint8Array) {
    const bytes = Buffer.concat([Buffer.from(value as string), Buffer.alloc(1)]);
    return { type: 2, count: bytes.length, bytes };
  }
  const bytes = Buffer.alloc(value.length * 8);
  value.forEach(([numerator, denominator], i) => {
    bytes.writeUInt32LE(numerator, i * 8);
    bytes.writeUInt32LE(denominator, i * 8 + 4);
  });
  return { type: 5, count: value.length, bytes };
}
