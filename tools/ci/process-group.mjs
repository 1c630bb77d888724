import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program and its children, which end with it. */
export class ProcessGroup {
  constructor(file, args, options) {
    this.name = [file, ...args].join(' ');
    this.child = spawn(file, args, { ...options, stdio: 'inherit', detached: true });
    this.ended = new Promise((done) => this.child.once('exit', done));
  }

  /** Waits until the address answers. */
  async reach(address, withinMs) {
    const deadline = Date.now() + withinMs;
    while (Date.now() < deadline && this.child.exitCode === null) {
      const response = await fetch(address).catch(() => undefined);
      if (response?.ok) return;
      await sleep(50);
    }
    throw new Error(`"${this.name}" does not answer at ${address}`);
  }

  async close() {
    if (this.child.exitCode === null) process.kill(-this.child.pid, 'SIGTERM');
    await this.ended;
  }
}
