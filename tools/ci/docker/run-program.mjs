import { spawnSync } from 'node:child_process';

/** Runs a program to its end. @returns its exit code and what it printed; @throws Error when it cannot be run or is too slow */
export function tryProgram(file, args, { env = {}, timeoutMs = 120_000 } = {}) {
  const ended = spawnSync(file, args, { encoding: 'utf8', timeout: timeoutMs, env: { ...process.env, ...env } });
  if (ended.error) throw new Error(`${file} ${args.join(' ')}: ${ended.error.message}`, { cause: ended.error });
  return { status: ended.status, stdout: ended.stdout, output: `${ended.stdout}${ended.stderr}` };
}

/** The same, for a program that has to succeed. @returns what it printed on stdout, trimmed */
export function runProgram(file, args, options) {
  const { status, stdout, output } = tryProgram(file, args, options);
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}:\n${output.slice(-8_000)}`);
  return stdout.trim();
}
