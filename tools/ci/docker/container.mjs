// The service `wentu` of docker/compose.lite.yaml, run by podman-compose.
import { setTimeout as sleep } from 'node:timers/promises';

const READY_MS = 300_000;
const NAME = 'wentu_wentu_1';

export class Container {
  #engine;
  #compose;
  #env;

  /** @param compose `{ program, file }` @param env what docker/.env would have */
  constructor(engine, compose, env) {
    this.#engine = engine;
    this.#compose = compose;
    this.#env = env;
  }

  /** Resolves when the server says that it is ready. */
  async up() {
    this.#run('up', '--detach', '--no-build');
    const deadline = Date.now() + READY_MS;
    while (!(await this.#ready())) {
      if (Date.now() > deadline || this.#state('Status') !== 'running')
        throw new Error(`not ready:\n${this.#engine.tryPodman('logs', NAME).output.slice(-4_000)}`);
      await sleep(250);
    }
  }

  get name() {
    return NAME;
  }

  get address() {
    return `http://127.0.0.1:${this.#env.WENTU_PORT}`;
  }

  /** @returns the exit code and what was printed */
  exec(...command) {
    return this.#engine.tryPodman('exec', NAME, ...command);
  }

  /** @returns the exit code of the image's own health check */
  health() {
    return this.#engine.tryPodman('healthcheck', 'run', NAME).status;
  }

  /** SIGTERM, and SIGKILL after the file's stop_grace_period. @returns the server's exit code, and the time it took */
  stop() {
    const startedAt = Date.now();
    this.#run('stop');
    return { code: Number(this.#state('ExitCode')), ms: Date.now() - startedAt };
  }

  /** Removes the container; its volume stays. */
  down() {
    this.#run('down');
  }

  #run(...args) {
    return this.#engine.compose(this.#compose.program, this.#compose.file, this.#env, ...args);
  }

  #state(field) {
    return this.#engine.podman('inspect', `--format={{.State.${field}}}`, NAME);
  }

  async #ready() {
    return await fetch(`${this.address}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
  }
}
