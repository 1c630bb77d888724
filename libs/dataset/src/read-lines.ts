import { open } from 'node:fs/promises';
import { sourceError } from './file-errors';

export interface Line {
  /** From 1, empty lines counted. */
  readonly number: number;
  /** Of the line's first byte in the file. */
  readonly offset: number;
  /** Without the line's end. */
  readonly length: number;
  /** Null when the line is longer than was asked for. */
  readonly bytes: Buffer | null;
}

const CHUNK_BYTES = 256 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Streams the lines of a file that are not empty; LF or CRLF ends them, a byte order mark is left out. A line longer than `maxBytes`
 * comes without its bytes and is never held in memory. The file is closed when the iteration ends, in whatever way.
 */
export async function* readLines(
  path: string,
  maxBytes: number,
  signal?: AbortSignal,
): AsyncGenerator<Line, void, void> {
  const handle = await open(path).catch((error: unknown) => {
    throw sourceError(path, error);
  });
  const line = new LineBuilder(maxBytes);
  try {
    for (let position = 0; ;) {
      signal?.throwIfAborted();
      // A buffer of its own for each chunk: the lines that are handed out point into it.
      const chunk = await handle
        .read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, position)
        .catch((error: unknown) => {
          throw sourceError(path, error);
        });
      const bytes = chunk.buffer.subarray(0, chunk.bytesRead);
      if (bytes.length === 0) break;
      let from = position === 0 && bytes.indexOf('\ufeff') === 0 ? 3 : 0;
      if (from > 0) line.skip(from);
      position += bytes.length;
      for (let to = bytes.indexOf(LF, from); to >= 0; to = bytes.indexOf(LF, from)) {
        line.add(bytes.subarray(from, to));
        from = to + 1;
        const whole = line.take(1);
        if (whole) yield whole;
        signal?.throwIfAborted();
      }
      line.add(bytes.subarray(from));
    }
    const last = line.take(0);
    if (last) yield last;
  } finally {
    await handle.close();
  }
}

/** Collects the parts of a line as chunks bring them. */
class LineBuilder {
  private number = 1;
  private offset = 0;
  private length = 0;
  private lastByte = 0;
  private parts: Buffer[] = [];

  constructor(private readonly maxBytes: number) {}

  skip(bytes: number): void {
    this.offset += bytes;
  }

  add(part: Buffer): void {
    if (part.length === 0) return;
    this.length += part.length;
    this.lastByte = part[part.length - 1] as number;
    // One more for a CR that is not of the line.
    if (this.length <= this.maxBytes + 1) this.parts.push(part);
    else this.parts = [];
  }

  /** The line, unless it is empty; the next one begins `endBytes` after it. */
  take(endBytes: number): Line | undefined {
    const length = this.length > 0 && this.lastByte === CR ? this.length - 1 : this.length;
    const isWhole = length <= this.maxBytes;
    const joined = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
    const line = {
      number: this.number++,
      offset: this.offset,
      length,
      bytes: isWhole && joined ? joined.subarray(0, length) : null,
    };
    this.offset += this.length + endBytes;
    this.length = 0;
    this.lastByte = 0;
    this.parts = [];
    return length > 0 ? line : undefined;
  }
}

export async function countLines(path: string, signal?: AbortSignal): Promise<number> {
  let count = 0;
  for await (const line of readLines(path, 0, signal)) count += line.length > 0 ? 1 : 0;
  return count;
}
