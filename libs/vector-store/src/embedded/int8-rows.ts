import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { checksum } from './graph-file';
import { DamagedFileError } from './rows-file';
import { packInt8, type Query } from './segment';
import type { Found, Usearch } from './usearch';

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

const WORD = Int32Array.BYTES_PER_ELEMENT;
/** Rows of a call are gathered here. One array for all segments of this thread, because it can be large. */
let gathered = new Int8Array(0);

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
  search(library: Usearch, rows: Uint32Array, queries: readonly Query[], wanted: number, threads: number): Found {
    const { dimension } = this;
    this.open();
    const bytes = rows.length * dimension;
    if (gathered.length < bytes) gathered = new Int8Array(Math.ceil(bytes / WORD) * WORD);
    if (this.rows && dimension % WORD === 0) gatherWords(this.rows, rows, dimension / WORD);
    else for (let i = 0; i < rows.length; i++) this.copy(rows[i] as number, i * dimension);
    return library.exactSearch(
      gathered.subarray(0, bytes),
      packInt8(queries, dimension),
      dimension,
      wanted,
      'ip',
      threads,
    );
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
        const rows = readInt8Rows(this.path, sizeBytes, this.crc);
        // Small files come in a part of a larger buffer, which may begin anywhere.
        this.rows = rows.byteOffset % WORD === 0 ? rows : Int8Array.from(rows);
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

  private copy(row: number, to: number): void {
    const { dimension, rows } = this;
    const from = row * dimension;
    if (rows) gathered.set(rows.subarray(from, from + dimension), to);
    else if (readSync(this.file as number, gathered, to, dimension, from) !== dimension) throw damagedRows(this.path);
  }
}

/** Copies rows word by word: for short rows this takes a third of the time of `set` and `subarray`. */
function gatherWords(from: Int8Array, rows: Uint32Array, words: number): void {
  const source = new Int32Array(from.buffer, from.byteOffset, from.length / WORD);
  const target = new Int32Array(gathered.buffer);
  for (let i = 0, to = 0; i < rows.length; i++) {
    const first = (rows[i] as number) * words;
    for (let at = first; at < first + words; at++) target[to++] = source[at] as number;
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
