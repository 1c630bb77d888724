// Without this setting, ONNX Runtime reports every model and run to its maker. It must be set before the library is
// loaded.
process.env['ORT_DISABLE_TELEMETRY'] = '1';
// libuv reads this once, before its first use. Files that a share holds for minutes must not hold up all others.
process.env['UV_THREADPOOL_SIZE'] ??= '16';

import { CommanderError } from 'commander';
import { chooseLanguage } from './choose-language';
import { exitCode } from './exit-code';
import { createProgram } from './program';
import { dictionaries } from './words/dictionaries';

async function main(): Promise<void> {
  // `wentu search … | head` closes the pipe after the first lines.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  const words = dictionaries[chooseLanguage(process.argv.slice(2), process.env)];
  const terminal = {
    env: process.env,
    out: (text: string) => void process.stdout.write(`${text}\n`),
    err: process.stderr,
    words,
  };
  try {
    await createProgram(terminal, (code) => (process.exitCode = code)).parseAsync(process.argv);
  } catch (error) {
    // Commander has already printed the error.
    if (!(error instanceof CommanderError)) process.stderr.write(`${words.error(error)}\n`);
    process.exitCode = exitCode(error);
  }
}

void main();
