import type { Words } from './words/english';

/** Where a command reads its settings and writes what it has to say, and in which words. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly out: (text: string) => void;
  readonly err: NodeJS.WriteStream;
  readonly words: Words;
}
