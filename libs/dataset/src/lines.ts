import { createReadStream } from 'node:fs';

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Of the line's first byte in the file. */
  readonly offset: number;
  readonly lengthBytes: number;
  /** Without the line end; null when the line is longer than the limit. */
  readonly bytes: Buffer | null;
}

const CHUNK_BYTES = 256 * 1024;
const [LF, CR] = [0x0a, 0x0d];
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Lines of a file, read as they are asked for. A longer line than the limit is passed over without being held. */
export async function* readLines(path: string, maxLineBytes: number, signal?: AbortSignal): AsyncGenerator<Line> {
  const stream = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  let parts: Buffer[] = [];
  let [number, offset, length] = [1, 0, 0];

  const take = (part: Buffer): void => {
    length += part.length;
    if (length <= maxLineBytes) parts.push(part);
    else parts = [];
  };
  const finish = (): Line => {
    let bytes = length > maxLineBytes ? null : parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    if (bytes && number === 1 && bytes.subarray(0, 3).equals(BOM)) bytes = bytes.subarray(3);
    if (bytes?.at(-1) === CR) bytes = bytes.subarray(0, -1);
    const line = { number: number++, offset, lengthBytes: length, bytes };
    offset += length + 1;
    [parts, length] = [[], 0];
    return line;
  };

  for await (const chunk of stream as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      take(chunk.subarray(start, end));
      start = end + 1;
      yield finish();
    }
    if (start < chunk.length) take(chunk.subarray(start));
  }
  if (length > 0) yield finish();
}

export async function countLines(path: string, signal?: AbortSignal): Promise<number> {
  let count = 0;
  // Only the ends matter: hold nothing. An empty line at the end of the file is none.
  for await (const _line of readLines(path, 0, signal)) count++;
  return count;
}
