/** Where a command reads its settings and writes what it has to say. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly out: (text: string) => void;
  readonly err: NodeJS.WriteStream;
}
