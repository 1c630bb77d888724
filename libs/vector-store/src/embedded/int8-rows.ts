import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { checksum } from './graph-file';
import { searchRows, type ChosenRows } from './gathered-rows';
import { DamagedFileError } from './rows-file';
import type { Found } from './usearch';

/** Bytes that may still be taken. */
export class MemoryBudget {
  constructor(private left: number) {}

  take(bytes: number): boolean {
    if (bytes > this.left) return false;
    this.left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.left += bytes;
  }
}

/**
 * The int8 rows of a segment with a graph, in a file. They score many chosen rows in little time, which the graph
 * cannot. The first use reads them into memory, as far as the budget allows; otherwise each row is read on demand.
 */
export class Int8Rows {
  private rows: Int8Array | undefined;
  private file: number | undefined;

  /** @param crc the checksum of the file, from `writeInt8Rows` */
  constructor(
    private readonly path: string,
    private readonly dimension: number,
    private readonly count: number,
    private readonly crc: number,
    private readonly budget: MemoryBudget,
  ) {}

  /** Whether the rows are in memory, or would be after the next use. */
  get isFast(): boolean {
    return this.file === undefined;
  }

  /** The `wanted` rows of these with the largest products, as places in `rows`. @throws DamagedFileError */
  search(chosen: Omit<ChosenRows, 'dimension'>): Found {
    this.open();
    const from = this.rows ?? ((into: Int8Array, row: number, to: number): void => this.read(into, row, to));
    return searchRows(from, { ...chosen, dimension: this.dimension });
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    if (this.rows) this.budget.give(this.rows.length);
    this.file = this.rows = undefined;
  }

  private open(): void {
    if (this.rows || this.file !== undefined) return;
    const sizeBytes = this.count * this.dimension;
    const isInMemory = this.budget.take(sizeBytes);
    try {
      if (isInMemory) {
        this.rows = readInt8Rows(this.path, sizeBytes, this.crc);
      } else {
        const seen = checksum(this.path);
        if (seen.sizeBytes !== sizeBytes || seen.crc !== this.crc) throw damagedRows(this.path);
        this.file = openSync(this.path, 'r');
      }
    } catch (error) {
      if (isInMemory) this.budget.give(sizeBytes);
      throw error instanceof DamagedFileError ? error : damagedRows(this.path, error);
    }
  }

  private read(into: Int8Array, row: number, to: number): void {
    const { dimension, path } = this;
    if (readSync(this.file as number, into, to, dimension, row * dimension) !== dimension) throw damagedRows(path);
  }
}

/** All rows of a file. @param crc from `writeInt8Rows` @throws DamagedFileError */
export function readInt8Rows(path: string, sizeBytes: number, crc: number): Int8Array {
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw damagedRows(path, cause);
  }
  if (bytes.length !== sizeBytes || crc32(bytes) !== crc) throw damagedRows(path);
  return new Int8Array(bytes.buffer, bytes.byteOffset, sizeBytes);
}

function damagedRows(path: string, cause?: unknown): DamagedFileError {
  return new DamagedFileError(`${path} cannot be read, or has a wrong checksum or size`, { cause });
}

/** @param rows int8 rows, one after another @returns the checksum of the file */
export async function writeInt8Rows(path: string, rows: Int8Array): Promise<number> {
  await writeFile(path, rows, { flush: true });
  return crc32(rows);
}
