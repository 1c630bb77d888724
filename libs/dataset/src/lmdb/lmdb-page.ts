/** Invalid content of a page or node. The reader adds file and page. */
export class PageFault extends Error {}

/** The position of a value: in the leaf itself, or on its own pages. */
export type LmdbValue =
  | { readonly sizeBytes: number; readonly inline: Buffer }
  | { readonly sizeBytes: number; readonly overflowPage: number };

export interface LmdbEntry {
  /** A view of the page's bytes. */
  readonly key: Buffer;
  readonly value: LmdbValue;
}

export const PAGE_HEADER_BYTES = 16;
const NODE_HEADER_BYTES = 8;
const [P_BRANCH, P_LEAF, P_OVERFLOW, P_LEAF2, P_SUBP] = [0x01, 0x02, 0x04, 0x20, 0x40] as const;
const KIND = P_BRANCH | P_LEAF | P_OVERFLOW | 0x08 | P_LEAF2 | P_SUBP;
const [F_BIGDATA, F_SUBDATA, F_DUPDATA] = [0x01, 0x02, 0x04] as const;

/** A branch or leaf page. Every offset is checked before it is used. */
export class LmdbPage {
  readonly isLeaf: boolean;
  readonly nodeCount: number;
  private readonly nodesStart: number;

  /** @throws PageFault */
  constructor(
    private readonly bytes: Buffer,
    number: number,
  ) {
    checkNumber(bytes, number);
    const kind = bytes.readUInt16LE(10) & KIND;
    if ((kind & P_LEAF2) !== 0)
      throw new PageFault('it contains fixed-size duplicates (LEAF2); only one value per key is supported');
    if (kind !== P_LEAF && kind !== P_BRANCH)
      throw new PageFault(`its kind is 0x${kind.toString(16)}, neither a branch nor a leaf`);
    this.isLeaf = kind === P_LEAF;
    const [lower, upper] = [bytes.readUInt16LE(12), bytes.readUInt16LE(14)];
    if (lower < PAGE_HEADER_BYTES || lower % 2 !== 0 || lower > upper || upper > bytes.length)
      throw new PageFault(`its free space goes from ${lower} to ${upper}`);
    this.nodesStart = upper;
    this.nodeCount = (lower - PAGE_HEADER_BYTES) / 2;
    if (this.nodeCount === 0) throw new PageFault('it is empty');
  }

  /** The key of a node. The key of the first node of a branch page has no meaning. */
  key(index: number): Buffer {
    const start = this.node(index);
    return this.bytes.subarray(start + NODE_HEADER_BYTES, this.keyEnd(start));
  }

  /** The number of the page below a node of a branch page. */
  child(index: number): number {
    const start = this.node(index);
    return this.bytes.readUInt32LE(start) + this.bytes.readUInt16LE(start + 4) * 2 ** 32;
  }

  /** A node of a leaf page. */
  entry(index: number): LmdbEntry {
    const start = this.node(index);
    const sizeBytes = this.bytes.readUInt32LE(start);
    const flags = this.bytes.readUInt16LE(start + 4);
    if ((flags & (F_SUBDATA | F_DUPDATA)) !== 0)
      throw new PageFault('it contains a sub-database or duplicate values; only one value per key is supported');
    if ((flags & ~F_BIGDATA) !== 0) throw new PageFault(`node ${index} has the unknown flags 0x${flags.toString(16)}`);
    const dataStart = this.keyEnd(start);
    const key = this.bytes.subarray(start + NODE_HEADER_BYTES, dataStart);
    const dataEnd = dataStart + (flags === F_BIGDATA ? 8 : sizeBytes);
    if (dataEnd > this.bytes.length) throw new PageFault(`node ${index} extends beyond the end of the page`);
    if (flags !== F_BIGDATA) return { key, value: { sizeBytes, inline: this.bytes.subarray(dataStart, dataEnd) } };
    const overflowPage = this.bytes.readBigUInt64LE(dataStart);
    if (overflowPage > Number.MAX_SAFE_INTEGER)
      throw new PageFault(`node ${index} has its value on page ${overflowPage}`);
    return { key, value: { sizeBytes, overflowPage: Number(overflowPage) } };
  }

  private node(index: number): number {
    const start = this.bytes.readUInt16LE(PAGE_HEADER_BYTES + 2 * index);
    if (start < this.nodesStart || start + NODE_HEADER_BYTES > this.bytes.length)
      throw new PageFault(`node ${index} is at the invalid position ${start}`);
    return start;
  }

  private keyEnd(start: number): number {
    const end = start + NODE_HEADER_BYTES + this.bytes.readUInt16LE(start + 6);
    if (end > this.bytes.length) throw new PageFault(`the key at ${start} extends beyond the end of the page`);
    return end;
  }
}

/** Checks the first page of a large value. @throws PageFault */
export function checkOverflowPage(bytes: Buffer, number: number, sizeBytes: number, pageSizeBytes: number): void {
  checkNumber(bytes, number);
  const kind = bytes.readUInt16LE(10) & KIND;
  if (kind !== P_OVERFLOW) throw new PageFault(`its kind is 0x${kind.toString(16)}, not that of a large value`);
  const pages = bytes.readUInt32LE(12);
  if (PAGE_HEADER_BYTES + sizeBytes > pages * pageSizeBytes)
    throw new PageFault(`it has ${pages} pages for a value of ${sizeBytes} bytes`);
}

function checkNumber(bytes: Buffer, number: number): void {
  const own = bytes.readBigUInt64LE(0);
  if (own !== BigInt(number)) throw new PageFault(`its header has the page number ${own}`);
}
