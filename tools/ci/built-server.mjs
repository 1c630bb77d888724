import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.mjs';
import { ProcessGroup } from './process-group.mjs';

const MAIN = join(import.meta.dirname, '../../apps/api/dist/bundle/main.js');
const READY_MS = 300_000;

/** What is built of the server, on a free port and an empty data folder that goes with it. */
export class BuiltServer {
  /** @param args of Node.js */
  static async start(env = {}, { readyMs = READY_MS, args = [] } = {}) {
    const server = new BuiltServer();
    const port = await freePort();
    server.address = `http://127.0.0.1:${port}`;
    server.dataDir = mkdtempSync(join(tmpdir(), 'wentu-built-'));
    server.process = new ProcessGroup(process.execPath, [...args, MAIN], {
      env: {
        ...process.env,
        PORT: String(port),
        WENTU_DATA_DIR: server.dataDir,
        WENTU_LOG_LEVEL: 'warn',
        WENTU_READ_WORDS: 'off',
        ...env,
      },
    });
    await server.process.reach(`${server.address}/readyz`, readyMs);
    return server;
  }

  async close() {
    await this.process.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
