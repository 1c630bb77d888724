import { sourceError } from './file-errors';
import { openSourceFile, pathOf, type SourceFile } from './source-file';

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Of the line's first byte in the file. */
  readonly offset: number;
  /** Without the line end. */
  readonly lengthBytes: number;
  /** Without the line end, until the next line is asked for; null when the line is longer than the limit. */
  readonly bytes: Buffer | null;
}

const CHUNK_BYTES = 256 * 1024;
const [LF, CR] = [0x0a, 0x0d];
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Lines of a file that are not empty, read as they are asked for. LF or CRLF ends them; a byte order mark is left out. A longer line than the limit is passed over without being held.
 * All lie in the same memory: whoever wants to keep a line's bytes beyond the next one copies them.
 */
export async function* readLines(source: SourceFile, maxLineBytes: number, signal?: AbortSignal): AsyncGenerator<Line> {
  const path = pathOf(source);
  const failed = (error: unknown): never => {
    throw sourceError(path, error);
  };
  const file = await openSourceFile(source).catch(failed);
  let buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  // The line that has begun is at `start`, nothing before `searched` ends it, and `end` bytes are read; `gone` of a line that is too long are held no more.
  let [start, searched, end, gone] = [0, 0, 0, 0];
  let [number, offset] = [1, 0];

  const finish = (to: number): Line => {
    const length = gone + to - start;
    let bytes = length > maxLineBytes ? null : buffer.subarray(start, to);
    const bom = bytes && number === 1 && bytes.subarray(0, 3).equals(BOM) ? 3 : 0;
    bytes = bytes && bytes.subarray(bom);
    if (bytes?.at(-1) === CR) bytes = bytes.subarray(0, -1);
    const line = { number: number++, offset: offset + bom, lengthBytes: bytes?.length ?? length, bytes };
    offset += length + 1;
    start = searched = to + 1;
    gone = 0;
    return line;
  };
  const makeRoom = (): void => {
    if (gone + end - start > maxLineBytes) {
      gone += end - start;
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
  // Hold nothing but a lone CR, which makes an empty line.
  for await (const _line of readLines(source, 1, signal)) count++;
  return count;
}
