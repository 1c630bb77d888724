import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ProcessGroup } from '../process-group.mjs';

const MADE_BY_IT = new Set(['node_modules', 'dist', 'generated']);

/** examples/apollo-client, copied out of the repository. */
export class App {
  constructor(source, folder) {
    this.folder = folder;
    cpSync(source, folder, { recursive: true, filter: (path) => !MADE_BY_IT.has(basename(path)) });
  }

  checkLockfile() {
    assert.doesNotMatch(readFileSync(join(this.folder, 'package-lock.json'), 'utf8'), /"resolved"/);
  }

  build(server) {
    const options = { cwd: this.folder, stdio: 'inherit', env: { ...process.env, VITE_WENTU_SERVER: server } };
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], options);
    execFileSync('npm', ['run', 'build'], options);
  }

  async serve(origin) {
    const args = ['run', 'preview', '--', '--port', new URL(origin).port];
    this.process = new ProcessGroup('npm', args, { cwd: this.folder });
    await this.process.reach(origin, 30_000);
  }

  async close() {
    await this.process?.close();
  }
}
