import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = join(__dirname, '../../../../tools/jest/read-gate.cjs');

/**
 * Holds a load at a picture: a server that is started with `env` does not open files whose names contain `NAME` until
 * `open`. So a test can keep a load in its middle for any time, on a machine of any speed.
 */
export class ReadGate {
  static readonly NAME = 'behind-the-gate';

  private constructor(private readonly folder: string) {}

  static async make(): Promise<ReadGate> {
    return new ReadGate(await mkdtemp(join(tmpdir(), 'wentu-gate-')));
  }

  private get mark(): string {
    return join(this.folder, 'is-open');
  }

  /** Environment variables that run the script in each thread and process of the server. */
  get env(): Record<string, string> {
    return {
      NODE_OPTIONS: `--require ${JSON.stringify(SCRIPT)}`,
      TEST_READ_GATE: this.mark,
      // A file behind the gate would fail after a minute.
      WENTU_FOLDER_TIMEOUT_MS: '3600000',
    };
  }

  async open(): Promise<void> {
    await writeFile(this.mark, '');
  }

  async shut(): Promise<void> {
    await rm(this.mark, { force: true });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
