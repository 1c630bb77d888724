import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';

/**
 * The ids and float32 vectors of a segment: a header, the ids (float64), a CRC-32 of each vector, and the vectors.
 * Numbers are little-endian. A checksum in the header covers the ids and the CRCs, so opening a file does not read the
 * vectors.
 */
const MAGIC = 0x31525457;
const HEADER_BYTES = 20;
const ID_BYTES = 8;
const CRC_BYTES = 4;
/** The number of rows in one write or read. */
const SLICE_ROWS = 1_024;

export class DamagedFileError extends Error {}

export interface Rows {
  readonly dimension: number;
  readonly count: number;
  readonly ids: Float64Array;
  readonly matrix: Float32Array;
}

/**
 * Writes the rows in their state at the call; the vectors must not change until it resolves. Replaces the file
 * atomically.
 */
export async function writeRowsFile(path: string, { dimension, count, ids, matrix }: Rows): Promise<void> {
  const head = new Uint8Array(count * (ID_BYTES + CRC_BYTES));
  new Float64Array(head.buffer, 0, count).set(ids.subarray(0, count));
  const crcs = new Uint32Array(head.buffer, count * ID_BYTES, count);
  const file = await open(`${path}.new`, 'w');
  try {
    for (let first = 0; first < count; first += SLICE_ROWS) {
      const slice = matrix.subarray(first * dimension, Math.min(count, first + SLICE_ROWS) * dimension);
      for (let at = 0; at < slice.length; at += dimension)
        crcs[first + at / dimension] = crc32(slice.subarray(at, at + dimension));
      await writeAll(file, slice, HEADER_BYTES + head.length + first * dimension * 4);
      await nextTurn();
    }
    await writeAll(file, head, HEADER_BYTES);
    await writeAll(file, Uint32Array.of(MAGIC, dimension, count, crc32(head), 0), 0);
    // Opening does not read the vectors. So after a power failure the file must be complete or absent.
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

async function writeAll(
  file: {
    write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  },
  { buffer, byteOffset, byteLength }: ArrayBufferView,
  position: number,
): Promise<void> {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  for (let done = 0; done < byteLength;) {
    const { bytesWritten } = await file.write(bytes, done, byteLength - done, position + done);
    done += bytesWritten;
  }
}

/** A rows file; the vectors are read on demand. */
export class RowsFile {
  private readonly slice: Float32Array;
  private isOpen = true;

  private constructor(
    readonly path: string,
    private readonly file: number,
    readonly dimension: number,
    readonly count: number,
    /** Ids by row; 0 for a deleted point. */
    readonly ids: Float64Array,
    private readonly crcs: Uint32Array,
  ) {
    this.slice = new Float32Array(SLICE_ROWS * dimension);
  }

  /** @throws DamagedFileError, or the system error of opening the file */
  static open(path: string, dimension: number): RowsFile {
    const file = openSync(path, 'r');
    try {
      const header = new Uint32Array(HEADER_BYTES / 4);
      read(file, path, header, 0);
      const [magic, ofDimension, count = 0, crc] = header;
      const headBytes = count * (ID_BYTES + CRC_BYTES);
      const size = HEADER_BYTES + headBytes + count * dimension * 4;
      if (magic !== MAGIC || ofDimension !== dimension || fstatSync(file).size !== size)
        throw new DamagedFileError(`${path} is not a rows file of dimension ${dimension}, or it is truncated`);
      const head = new Uint8Array(headBytes);
      read(file, path, head, HEADER_BYTES);
      if (crc32(head) !== crc) throw damaged(path);
      const ids = new Float64Array(head.buffer, 0, count);
      return new RowsFile(path, file, dimension, count, ids, new Uint32Array(head.buffer, count * ID_BYTES, count));
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  /** The vector of a row, valid until the next read. @throws DamagedFileError */
  vectorAt(row: number): Float32Array {
    return this.read(row, 1, this.slice.subarray(0, this.dimension));
  }

  /** Calls `visit` with each row. A vector is valid only during its call. @throws DamagedFileError */
  forEach(visit: (row: number, vector: Float32Array) => void): void {
    const { dimension, count } = this;
    for (let first = 0; first < count; first += SLICE_ROWS) {
      const rows = Math.min(SLICE_ROWS, count - first);
      const slice = this.read(first, rows, this.slice.subarray(0, rows * dimension));
      for (let at = 0; at < slice.length; at += dimension)
        visit(first + at / dimension, slice.subarray(at, at + dimension));
    }
  }

  /** Reads all vectors, one row after another. @throws DamagedFileError */
  readAll(matrix: Float32Array): void {
    const { dimension, count } = this;
    for (let first = 0; first < count; first += SLICE_ROWS) {
      const rows = Math.min(SLICE_ROWS, count - first);
      this.read(first, rows, matrix.subarray(first * dimension, (first + rows) * dimension));
    }
  }

  close(): void {
    if (this.isOpen) closeSync(this.file);
    this.isOpen = false;
  }

  private read(first: number, count: number, rows: Float32Array): Float32Array {
    const { dimension, crcs } = this;
    const start = HEADER_BYTES + this.count * (ID_BYTES + CRC_BYTES);
    read(this.file, this.path, rows, start + first * dimension * 4);
    for (let i = 0; i < count; i++)
      if (crc32(rows.subarray(i * dimension, (i + 1) * dimension)) !== crcs[first + i]) throw damaged(this.path);
    return rows;
  }
}

function read(file: number, path: string, into: NodeJS.ArrayBufferView, position: number): void {
  for (let done = 0; done < into.byteLength;) {
    const bytes = readSync(file, into, done, into.byteLength - done, position + done);
    if (bytes === 0) throw new DamagedFileError(`${path} is truncated`);
    done += bytes;
  }
}

function damaged(path: string): DamagedFileError {
  return new DamagedFileError(`${path} has a wrong checksum`);
}
