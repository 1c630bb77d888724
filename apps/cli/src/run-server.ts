import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The API is a separate app: it is started, not imported. */
const SERVER = join(__dirname, '../../api/dist/bundle/main.js');

/** Runs the main file of the API with this console and its signals. @returns its exit code */
export async function runServer(env: NodeJS.ProcessEnv): Promise<number> {
  const server = spawn(process.execPath, [SERVER], { stdio: 'inherit', env });
  const forward = (signal: NodeJS.Signals): void => void server.kill(signal);
  process.on('SIGTERM', forward);
  process.on('SIGINT', () => undefined); // Ctrl-C reaches the server by itself
  return await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => resolve(code ?? 3));
  });
}
