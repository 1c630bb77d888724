/** Values of the fields, by tag. Numbers are SHORT; only offsets and byte counts are LONG. */
export type Fields = Readonly<Record<number, readonly number[] | Uint8Array>>;

export interface Directory {
  readonly fields: Fields;
  /** Strips, or tiles when the fields contain a tile size. */
  readonly parts: readonly Uint8Array[];
  readonly children?: readonly Directory[];
}

const [TILE_WIDTH, TILE_OFFSETS, TILE_COUNTS, STRIP_OFFSETS, STRIP_COUNTS, CHILDREN] = [322, 324, 325, 273, 279, 330];

/**
 * Writes a little-endian TIFF: first all directories, then all parts. So a file that is cut off keeps its directories.
 */
export function tiffFile(directories: readonly Directory[], head = 'II*\0'): Buffer {
  const file = new Writer(head);
  const offsets = directories.map((directory) => file.directory(directory));
  file.link(offsets);
  return file.finish();
}

class Writer {
  private readonly chunks: Buffer[] = [];
  private length = 16;
  private readonly later: { bytes: Uint8Array; at: number }[] = [];
  private readonly header = Buffer.alloc(16);
  private readonly nextAt: Buffer[] = [];

  constructor(head: string) {
    this.header.write(head, 'latin1');
  }

  directory({ fields, parts, children = [] }: Directory): number {
    const isTiled = fields[TILE_WIDTH] !== undefined;
    const childOffsets = children.map((child) => this.directory(child));
    if (children.length > 0) this.nextAt.splice(-children.length);
    const all: Record<number, readonly number[] | Uint8Array> = {
      ...fields,
      [isTiled ? TILE_OFFSETS : STRIP_OFFSETS]: parts.map(() => 0),
      [isTiled ? TILE_COUNTS : STRIP_COUNTS]: parts.map(({ length }) => length),
      ...(childOffsets.length > 0 ? { [CHILDREN]: childOffsets } : {}),
    };
    const entries = Object.entries(all).sort(([a], [b]) => Number(a) - Number(b));
    const encoded = entries.map(([tag, values]) => encode(Number(tag), values));
    const places = encoded.map(({ bytes }) => (bytes.length > 4 ? this.push(bytes) : null));
    const block = Buffer.alloc(2 + entries.length * 12 + 4);
    block.writeUInt16LE(entries.length);
    encoded.forEach(({ tag, type, count, bytes }, i) => {
      const at = 2 + i * 12;
      block.writeUInt16LE(tag, at);
      block.writeUInt16LE(type, at + 2);
      block.writeUInt32LE(count, at + 4);
      const place = places[i];
      if (place === null || place === undefined) bytes.copy(block, at + 8);
      else block.writeUInt32LE(place, at + 8);
      if (tag !== TILE_OFFSETS && tag !== STRIP_OFFSETS) return;
      parts.forEach(
        (part, p) => this.later.push({ bytes: part, at: NaN }) && this.patches.push({ entry: block, at, bytes, p }),
      );
    });
    this.nextAt.push(block);
    return this.push(block);
  }

  private readonly patches: { entry: Buffer; at: number; bytes: Buffer; p: number }[] = [];

  link(offsets: readonly number[]): void {
    this.header.writeUInt32LE(offsets[0] ?? 0, 4);
    offsets.slice(1).forEach((offset, i) => {
      const block = this.nextAt[i] as Buffer;
      block.writeUInt32LE(offset, block.length - 4);
    });
  }

  finish(): Buffer {
    this.later.forEach(({ bytes }, i) => {
      const offset = this.push(Buffer.from(bytes));
      const { entry, at, bytes: values, p } = this.patches[i] as (typeof this.patches)[number];
      if (values.length > 4) values.writeUInt32LE(offset, p * 4);
      else entry.writeUInt32LE(offset, at + 8);
    });
    return Buffer.concat([this.header, ...this.chunks]);
  }

  private push(bytes: Buffer): number {
    const at = this.length;
    this.chunks.push(bytes, Buffer.alloc(bytes.length % 2));
    this.length += bytes.length + (bytes.length % 2);
    return at;
  }
}

function encode(tag: number, values: readonly number[] | Uint8Array) {
  if (values instanceof Uint8Array) return { tag, type: 7, count: values.length, bytes: Buffer.from(values) };
  // Offsets and byte counts are always LONG.
  const isLong = [TILE_OFFSETS, TILE_COUNTS, STRIP_OFFSETS, STRIP_COUNTS, CHILDREN].includes(tag);
  const bytes = Buffer.alloc(values.length * (isLong ? 4 : 2));
  values.forEach((value, i) => (isLong ? bytes.writeUInt32LE(value, i * 4) : bytes.writeUInt16LE(value, i * 2)));
  return { tag, type: isLong ? 4 : 3, count: values.length, bytes };
}

/** Fields of a picture whose samples all have the same number of bits. */
export function pictureFields(width: number, height: number, samples: number, bits = 8): Fields {
  return {
    256: [width],
    257: [height],
    258: new Array<number>(samples).fill(bits),
    259: [1],
    262: [samples >= 3 ? 2 : 1],
    277: [samples],
    278: [height],
    284: [1],
  };
}

/** Cuts a picture into tiles and returns the bytes of each tile. */
export function tiled(data: Uint8Array, width: number, height: number, samples: number, side: number): Uint8Array[] {
  const tiles: Uint8Array[] = [];
  for (let top = 0; top < height; top += side)
    for (let left = 0; left < width; left += side) {
      const tile = new Uint8Array(side * side * samples);
      for (let y = 0; y < Math.min(side, height - top); y++) {
        const from = ((top + y) * width + left) * samples;
        tile.set(data.subarray(from, from + Math.min(side, width - left) * samples), y * side * samples);
      }
      tiles.push(tile);
    }
  return tiles;
}
