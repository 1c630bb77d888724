import { sourceError } from './file-errors';
import { openSourceFile, pathOf, type SourceFile } from './source-file';

export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** The offset of the line's first byte in the file. */
  readonly offset: number;
  /** The length without the line end. */
  readonly lengthBytes: number;
  /** The bytes without the line end, valid until the next line is read; null when the line is longer than the limit. */
  readonly bytes: Buffer | null;
}

const CHUNK_BYTES = 256 * 1024;
const [LF, CR] = [0x0a, 0x0d];
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads the non-empty lines of a file lazily. LF or CRLF ends a line; a byte order mark is removed. A line over the
 * limit is skipped without being kept in memory. All lines share one buffer: copy the bytes of a line to keep them
 * beyond the next line.
 */
export async function* readLines(source: SourceFile, maxLineBytes: number, signal?: AbortSignal): AsyncGenerator<Line> {
  const path = pathOf(source);
  const failed = (error: unknown): never => {
    throw sourceError(path, error);
  };
  const file = await openSourceFile(source).catch(failed);
  let buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  // The current line starts at `start`; no line end is before `searched`; `end` bytes are in the buffer. `dropped`
  // bytes of a line over the limit are no longer in memory.
  let [start, searched, end, dropped] = [0, 0, 0, 0];
  let [number, offset] = [1, 0];

  const finish = (to: number): Line => {
    const length = dropped + to - start;
    let bytes = length > maxLineBytes ? null : buffer.subarray(start, to);
    const bom = bytes && number === 1 && bytes.subarray(0, 3).equals(BOM) ? 3 : 0;
    bytes = bytes && bytes.subarray(bom);
    if (bytes?.at(-1) === CR) bytes = bytes.subarray(0, -1);
    const line = { number: number++, offset: offset + bom, lengthBytes: bytes?.length ?? length, bytes };
    offset += length + 1;
    start = searched = to + 1;
    dropped = 0;
    return line;
  };
  const makeRoom = (): void => {
    if (dropped + end - start > maxLineBytes) {
      dropped += end - start;
      start = end;
    }
    buffer.copyWithin(0, start, end);
    [start, searched, end] = [0, end - start, end - start];
    if (end === buffer.length) buffer = Buffer.concat([buffer], 2 * end);
  };

  try {
    for (;;) {
      signal?.throwIfAborted();
      const lineEnd = searched < end ? buffer.indexOf(LF, searched) : -1;
      if (lineEnd >= 0 && lineEnd < end) {
        const line = finish(lineEnd);
        if (line.lengthBytes > 0) yield line;
        continue;
      }
      makeRoom();
      const { bytesRead } = await file.read(buffer, end, buffer.length - end).catch(failed);
      if (bytesRead === 0) break;
      end += bytesRead;
    }
    const last = finish(end);
    if (last.lengthBytes > 0) yield last;
  } finally {
    await file.close();
  }
}

export async function countLines(source: SourceFile, signal?: AbortSignal): Promise<number> {
  let count = 0;
  // With this limit only the line end is kept; a lone CR makes an empty line, which does not count.
  for await (const _line of readLines(source, 1, signal)) count++;
  return count;
}
