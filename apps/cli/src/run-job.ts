/** Shows the states of a job until it ends. Ctrl-C cancels the job and then waits for its end. */
export async function runJob<State>(
  start: (signal: AbortSignal) => AsyncIterable<State>,
  progress: { show(state: NoInfer<State>): void; end(): void },
): Promise<State> {
  // Without a job, Ctrl-C ends the command at once.
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  let last: State | undefined;
  for await (const job of start(interrupted.signal)) progress.show((last = job));
  progress.end();
  if (!last) throw new Error('a job without a state');
  return last;
}
