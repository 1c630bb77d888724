import { createReadStream } from 'node:fs';
import { sourceError } from './file-errors';

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Of the line's first byte in the file. */
  readonly offset: number;
  /** Without the line end. */
  readonly lengthBytes: number;
  /** Without the line end; null when the line is longer than the limit. */
  readonly bytes: Buffer | null;
}

const CHUNK_BYTES = 256 * 1024;
const [LF, CR] = [0x0a, 0x0d];
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Lines of a file that are not empty, read as they are asked for. LF or CRLF ends them; a byte order mark is left out. A longer line than the limit is passed over without being held. */
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
    const bom = bytes && number === 1 && bytes.subarray(0, 3).equals(BOM) ? 3 : 0;
    bytes = bytes && bytes.subarray(bom);
    if (bytes?.at(-1) === CR) bytes = bytes.subarray(0, -1);
    const line = { number: number++, offset: offset + bom, lengthBytes: bytes?.length ?? length, bytes };
    offset += length + 1;
    [parts, length] = [[], 0];
    return line;
  };

  const failed = (error: unknown): never => {
    throw sourceError(path, error);
  };
  const chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  try {
    for (let next = await chunks.next().catch(failed); !next.done; next = await chunks.next().catch(failed)) {
      const chunk = next.value;
      let start = 0;
      for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
        signal?.throwIfAborted();
        take(chunk.subarray(start, end));
        start = end + 1;
        const line = finish();
        if (line.lengthBytes > 0) yield line;
      }
      signal?.throwIfAborted();
      if (start < chunk.length) take(chunk.subarray(start));
    }
    const last = finish();
    if (last.lengthBytes > 0) yield last;
  } finally {
    stream.destroy();
  }
}

export async function countLines(path: string, signal?: AbortSignal): Promise<number> {
  let count = 0;
  // Hold nothing but a lone CR, which makes an empty line.
  for await (const _line of readLines(path, 1, signal)) count++;
  return count;
}
