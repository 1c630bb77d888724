import type { Words } from './words/english';

/** The environment, output and language of a command. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly out: (text: string) => void;
  readonly err: NodeJS.WriteStream;
  readonly words: Words;
}
