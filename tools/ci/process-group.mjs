import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server ends within 15 seconds after SIGTERM. */
const CLOSE_MS = 30_000;

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

  /** Waits for all processes of the group: npm ends at once, before the program that it has started. */
  async close() {
    if (this.child.exitCode === null) process.kill(-this.child.pid, 'SIGTERM');
    await this.ended;
    const deadline = Date.now() + CLOSE_MS;
    while (this.isAlive()) {
      if (Date.now() > deadline) {
        process.kill(-this.child.pid, 'SIGKILL');
        throw new Error(`"${this.name}" did not end within ${CLOSE_MS / 1_000} s after SIGTERM`);
      }
      await sleep(50);
    }
  }

  /** Linux only: elsewhere a group counts as ended with its first process. */
  isAlive() {
    if (!existsSync('/proc/self/stat')) return false;
    return readdirSync('/proc').some((name) => /^\d+$/.test(name) && isIn(this.child.pid, name));
  }
}

/** Whether a process belongs to the group and runs. Z is one that has ended, and whose parent has not noticed. */
function isIn(group, pid) {
  try {
    const [state, , of] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return Number(of) === group && state !== 'Z';
  } catch {
    // It has ended meanwhile.
    return false;
  }
}
