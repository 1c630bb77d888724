import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Reads a line from a terminal without showing it, or the first line of another standard input. */
export async function readPassword(prompt: string, err: NodeJS.WritableStream): Promise<string> {
  const isTerminal = process.stdin.isTTY;
  if (isTerminal) err.write(prompt);
  // readline writes what is typed; this stream drops it.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: isTerminal });
  try {
    const { value } = (await lines[Symbol.asyncIterator]().next()) as { value?: string };
    return value ?? '';
  } finally {
    lines.close();
    if (isTerminal) err.write('\n');
  }
}
