import { openNumberKernel, type NumberKernel } from './number-kernel';

/**
 * Parses a JSON list of numbers from the bytes after its `[`. Each number is the double that JSON.parse gives, in a
 * quarter of the time.
 *
 * @returns the numbers and the position after `]`; null when the list has other content, or a number with more than 400
 * characters
 */
export function parseNumberList(bytes: Buffer, start: number): { numbers: Float64Array; end: number } | null {
  if (bytes.length - start > reader.capacity) reader = new Reader(2 * (bytes.length - start));
  return reader.read(bytes, start);
}

const SPACE = 0x20;
const TAB = 0x09;
const CLOSE = 0x5d;
/** The number of bytes that the kernel reads at once. */
const READ_BYTES = 8;
const FIRST_CAPACITY = 64 * 1024;
const LONGEST_NUMBER = 400;
const NUMBER = /[ \t]*(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)[ \t]*([,\]])/y;

/** Its memory contains two int32, the text, and the numbers, of which there is at most one per two bytes of text. */
class Reader {
  private readonly state: Int32Array;
  private readonly text: Uint8Array;
  private readonly numbers: Float64Array;
  private readonly kernel: NumberKernel;

  constructor(readonly capacity: number) {
    const textBytes = 8 * Math.ceil((capacity + READ_BYTES) / 8);
    this.kernel = openNumberKernel(8 + textBytes + 4 * capacity);
    const { buffer, freeFrom } = this.kernel;
    this.state = new Int32Array(buffer, freeFrom, 2);
    this.text = new Uint8Array(buffer, freeFrom + 8, textBytes);
    this.numbers = new Float64Array(buffer, freeFrom + 8 + textBytes, capacity / 2);
  }

  read(bytes: Buffer, start: number): { numbers: Float64Array; end: number } | null {
    const { text, numbers, state } = this;
    text.set(start === 0 ? bytes : bytes.subarray(start));
    text.fill(0, bytes.length - start, bytes.length - start + READ_BYTES);
    let [position, count] = [0, 0];
    while (text[position] === SPACE || text[position] === TAB) position++;
    if (text[position] === CLOSE) return { numbers: new Float64Array(0), end: start + position + 1 };
    for (;;) {
      const before = position;
      this.kernel.read(text.byteOffset + position, numbers.byteOffset + 8 * count, state.byteOffset);
      position = (state[0] as number) - text.byteOffset;
      count = ((state[1] as number) - numbers.byteOffset) / 8;
      if (position > before && text[position - 1] === CLOSE) break;
      // The kernel stopped here, so JavaScript's own parser reads the next number.
      NUMBER.lastIndex = 0;
      const next = NUMBER.exec(bytes.toString('latin1', start + position, start + position + LONGEST_NUMBER));
      if (!next) return null;
      numbers[count++] = Number(next[1]);
      position += NUMBER.lastIndex;
      if (next[2] === ']') break;
    }
    return { numbers: numbers.slice(0, count), end: start + position };
  }
}

let reader = new Reader(FIRST_CAPACITY);
