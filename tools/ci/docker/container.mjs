// What a container of an image would be: its command as process 1 on a root that cannot be written, beside a data volume.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { alongside, inside } from './image-builder.mjs';

const READY_MS = 90_000;

export class Container {
  #image;
  #mounts;
  #env;
  #outer;

  /** @param mounts host folders in place of the volumes; @param env as `docker run --env` gives it */
  constructor(image, { mounts, env }) {
    this.#image = image;
    this.#mounts = mounts;
    this.#env = env;
  }

  /** Resolves when the server says that it is ready. */
  async start() {
    const { file, args } = inside(this.#image, this.#image.command, {
      mounts: this.#mounts,
      readOnly: true,
      env: this.#env,
    });
    this.#outer = spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const deadline = Date.now() + READY_MS;
    while (!(await this.#ready())) {
      if (this.#outer.exitCode !== null) throw new Error(`the server ended with ${this.#outer.exitCode}`);
      if (Date.now() > deadline) throw new Error(`not ready after ${READY_MS} ms`);
      await sleep(250);
    }
  }

  get address() {
    return `http://127.0.0.1:${this.#env.PORT}`;
  }

  /** The user and group ids of the server. */
  get owner() {
    const status = readFileSync(`/proc/${this.#pid}/status`, 'utf8');
    return ['Uid', 'Gid'].map((key) => new RegExp(`${key}:\\s+(\\d+)`).exec(status)[1]).join(':');
  }

  /** As `docker exec`. @returns the exit code and what was printed */
  exec(...command) {
    const { file, args } = alongside(this.#image, this.#pid, command, this.#env);
    const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', timeout: 60_000 });
    return { status, output: `${stdout}${stderr}` };
  }

  /** As `docker stop`: SIGTERM to process 1. @returns its exit code and how long it took, in ms */
  async stop(graceMs) {
    const ended = once(this.#outer, 'exit');
    const startedAt = Date.now();
    process.kill(this.#pid, 'SIGTERM');
    const late = setTimeout(() => this.kill(), graceMs);
    const [code, signal] = await ended;
    clearTimeout(late);
    return { code: code ?? signal, ms: Date.now() - startedAt };
  }

  kill() {
    if (this.#outer && this.#outer.exitCode === null && this.#outer.signalCode === null) this.#outer.kill('SIGKILL');
  }

  /** Process 1, as this machine numbers it: the only child of `unshare`. */
  get #pid() {
    const outer = this.#outer.pid;
    return Number(readFileSync(`/proc/${outer}/task/${outer}/children`, 'utf8').trim());
  }

  async #ready() {
    return await fetch(`${this.address}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
  }
}
