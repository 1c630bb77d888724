import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { InvalidInputError } from '@wentu/domain';

/** A range of bytes of a file; the end is exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** One field of a Protocol Buffers message in the file. */
export interface WireField {
  readonly number: number;
  /** The value of a varint; 0 for other wire types. Not exact above 2^53. */
  readonly value: number;
  /** The field with its tag. */
  readonly whole: ByteRange;
  /** The bytes without tag and length. */
  readonly content: ByteRange;
}

const WINDOW_BYTES = 256 * 1_024;
const MAX_TEXT_BYTES = 64 * 1_024;
/**
 * The limit of one reading. The graph of a large encoder has about 100,000 fields; the values of weights are not read.
 */
const MAX_FIELDS = 2_000_000;
const MAX_TEXTS_BYTES = 64 * 1_024 * 1_024;

/** A Protocol Buffers file that is read through a small window. Skipped fields, such as weights, are not read. */
export class WireFile {
  readonly sizeBytes: number;
  private readonly descriptor: number;
  private readonly window = Buffer.alloc(WINDOW_BYTES);
  private windowStart = 0;
  private windowEnd = 0;
  private fieldsLeft = MAX_FIELDS;
  private textBytesLeft = MAX_TEXTS_BYTES;

  /** @throws InvalidInputError when the file cannot be read */
  constructor(readonly path: string) {
    try {
      this.descriptor = openSync(path, 'r');
    } catch (error) {
      throw new InvalidInputError(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
    }
    const found = fstatSync(this.descriptor);
    this.sizeBytes = found.size;
    if (found.isFile()) return;
    this.close();
    throw new InvalidInputError(`${path} is not a file; it must be an ONNX graph`);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /** @throws InvalidInputError when the bytes are not a message, or end within a field */
  *fields({ start, end }: ByteRange): Generator<WireField> {
    let at = start;
    while (at < end) {
      const [tag, afterTag] = this.varint(at, end);
      const number = Math.floor(tag / 8);
      const wireType = tag % 8;
      const [value, from, to] = this.extent(wireType, afterTag, end);
      if (number === 0 || to > end) throw this.broken(at, `a field that ends at byte ${to} of ${end}`);
      this.countField(at);
      yield { number, value, whole: { start: at, end: to }, content: { start: from, end: to } };
      at = to;
    }
  }

  /** The numbers of a repeated field, which may be packed. */
  *numbers(field: WireField): Generator<number> {
    if (field.content.start === field.content.end) return;
    // The content of a varint is the varint itself, so packed and single numbers are read in the same way.
    for (let at = field.content.start; at < field.content.end;) {
      const [value, next] = this.varint(at, field.content.end);
      this.countField(at);
      yield value;
      at = next;
    }
  }

  text({ content }: WireField): string {
    const length = content.end - content.start;
    if (length > MAX_TEXT_BYTES) throw this.broken(content.start, `a name of ${length} bytes`);
    if ((this.textBytesLeft -= length) < 0) throw this.tooMuch(content.start, `${MAX_TEXTS_BYTES} bytes of names`);
    this.show(content.start, length);
    const from = content.start - this.windowStart;
    return this.window.toString('utf8', from, from + length);
  }

  private countField(at: number): void {
    if (--this.fieldsLeft < 0) throw this.tooMuch(at, `${MAX_FIELDS} fields`);
  }

  private tooMuch(at: number, limit: string): InvalidInputError {
    return new InvalidInputError(`${this.path} has more than ${limit} at byte ${at}; this is not an encoder`);
  }

  private extent(wireType: number, at: number, end: number): [value: number, from: number, to: number] {
    if (wireType === 0) {
      const [value, next] = this.varint(at, end);
      return [value, at, next];
    }
    if (wireType === 2) {
      const [length, from] = this.varint(at, end);
      return [0, from, from + length];
    }
    if (wireType === 1) return [0, at, at + 8];
    if (wireType === 5) return [0, at, at + 4];
    throw this.broken(at, `wire type ${wireType}`);
  }

  private varint(at: number, end: number): [value: number, next: number] {
    this.show(at, Math.min(10, end - at));
    let value = 0;
    for (let i = 0; i < 10 && at + i < end; i++) {
      const byte = this.window[at + i - this.windowStart] as number;
      value += (byte % 128) * 2 ** (7 * i);
      if (byte < 128) return [value, at + i + 1];
    }
    throw this.broken(at, 'a number without an end');
  }

  /** Reads these bytes into the window if it does not contain them. */
  private show(start: number, length: number): void {
    if (start >= this.windowStart && start + length <= this.windowEnd) return;
    const read = readSync(this.descriptor, this.window, 0, WINDOW_BYTES, start);
    this.windowStart = start;
    this.windowEnd = start + read;
    if (read < length) throw this.broken(start, 'the end of the file');
  }

  private broken(at: number, what: string): InvalidInputError {
    return new InvalidInputError(
      `${this.path} is not a complete ONNX file: it has ${what} at byte ${at} of ${this.sizeBytes}; fetch or export it again`,
    );
  }
}

/** Tag and length of a length-delimited field. */
export function fieldHeader(number: number, length: number): Buffer {
  return Buffer.from([...encodeVarint(number * 8 + 2), ...encodeVarint(length)]);
}

function encodeVarint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...encodeVarint(Math.floor(value / 128))];
}
