import { freePort } from '../free-port.mjs';
import { ProcessGroup } from '../process-group.mjs';

const READY_MS = 300_000;

/** `npm start` on a free port. */
export class Wentu {
  constructor(env) {
    this.env = env;
  }

  async start() {
    const port = await freePort();
    this.address = `http://127.0.0.1:${port}`;
    this.process = new ProcessGroup('npm', ['start'], { env: { ...process.env, ...this.env, PORT: String(port) } });
    await this.process.reach(`${this.address}/readyz`, READY_MS);
  }

  async close() {
    await this.process?.close();
  }
}
