import { decodePrefix, PREFIX_BYTES, type Reply } from '../decoder/frames';

export interface Answer {
  readonly reply: Reply;
  readonly parts: Readonly<Record<string, Uint8Array>>;
}

/** Puts replies together from what a pipe gives; each part gets memory of its own, into which it is copied once. */
export class ReplyReader {
  private target = Buffer.alloc(PREFIX_BYTES);
  private filled = 0;
  /** What fills the target next, and what to do with it then. */
  private then: (bytes: Buffer) => void = (prefix) => this.takePrefix(prefix);

  constructor(private readonly onAnswer: (answer: Answer) => void) {}

  /** @throws Error for bytes that are no reply */
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
    // Nothing more comes for it.
    if (length === 0) then(this.target);
  }

  private takePrefix(prefix: Buffer): void {
    const { headBytes, bodyBytes } = decodePrefix(prefix);
    this.expect(headBytes, (head) => {
      const reply = JSON.parse(head.toString()) as Reply;
      const parts = reply.kind === 'done' ? reply.parts : [];
      if (parts.reduce((sum, { length }) => sum + length, 0) !== bodyBytes)
        throw new Error(`a decoder's reply of ${bodyBytes} bytes has other parts`);
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
