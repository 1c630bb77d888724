import { decodePrefix, PREFIX_BYTES, type Reply } from '../decoder/frames';

export interface Answer {
  readonly reply: Reply;
  readonly parts: Readonly<Record<string, Uint8Array>>;
}

/** Assembles replies from the chunks of a pipe. Each part gets its own memory, into which it is copied once. */
export class ReplyReader {
  private target = Buffer.alloc(PREFIX_BYTES);
  private filled = 0;
  /** Handles the target when it is full. */
  private then: (bytes: Buffer) => void = (prefix) => this.takePrefix(prefix);

  constructor(private readonly onAnswer: (answer: Answer) => void) {}

  /** @throws Error when the bytes are not a reply */
  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.copy(this.target, this.filled, at);
      at += taken;
      this.filled += taken;
      if (this.filled === this.target.length) this.then(this.target);
    }
  }

  private expect(length: number, then: (bytes: Buffer) => void): void {
    this.target = Buffer.allocUnsafeSlow(length);
    this.filled = 0;
    this.then = then;
    // An empty part has no bytes that would complete it later.
    if (length === 0) then(this.target);
  }

  private takePrefix(prefix: Buffer): void {
    const { headBytes, bodyBytes } = decodePrefix(prefix);
    this.expect(headBytes, (head) => {
      const reply = JSON.parse(head.toString()) as Reply;
      const parts = reply.kind === 'done' ? reply.parts : [];
      if (parts.reduce((sum, { length }) => sum + length, 0) !== bodyBytes)
        throw new Error(`a decoder's reply has ${bodyBytes} bytes, but its parts have another size`);
      this.takeParts(reply, [...parts], {});
    });
  }

  private takeParts(
    reply: Reply,
    left: readonly { name: string; length: number }[],
    parts: Record<string, Uint8Array>,
  ): void {
    const [next, ...rest] = left;
    if (next)
      return this.expect(next.length, ({ buffer, byteOffset, byteLength }) => {
        parts[next.name] = new Uint8Array(buffer, byteOffset, byteLength);
        this.takeParts(reply, rest, parts);
      });
    this.expect(PREFIX_BYTES, (prefix) => this.takePrefix(prefix));
    this.onAnswer({ reply, parts });
  }
}
