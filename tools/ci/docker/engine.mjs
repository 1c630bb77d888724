// Podman, with its images, containers and networks in a folder of their own: nothing of the machine's is used or left behind.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram, tryProgram } from './run-program.mjs';

const BUILD_MS = 3_600_000;
/** Where no systemd runs, as in most machines of a gate, Podman says so on every call. */
const NOISE = /level=error msg="Removing timer for container/;

export class Engine {
  #env;
  #storage;

  constructor(work) {
    const at = (name) => join(work, name);
    this.#storage = at('storage');
    mkdirSync(at('networks'));
    // runc works with every layout of cgroups. Limits as they are inside: a gate's root may not raise them.
    writeFileSync(
      at('containers.conf'),
      `[containers]\ndefault_ulimits = ["nofile=10000:10000", "nproc=8192:8192"]\n` +
        `[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n` +
        `[network]\nnetwork_config_dir = "${at('networks')}"\n`,
    );
    writeFileSync(
      at('storage.conf'),
      `[storage]\ndriver = "overlay"\ngraphroot = "${this.#storage}"\nrunroot = "${at('run')}"\n`,
    );
    this.#env = {
      CONTAINERS_CONF: at('containers.conf'),
      CONTAINERS_STORAGE_CONF: at('storage.conf'),
      BUILDAH_ISOLATION: 'chroot',
    };
  }

  /** Makes an image of a folder, under the name by which a FROM asks for it. */
  importImage(archive, name, env) {
    const changes = Object.entries(env).flatMap(([key, value]) => ['--change', `ENV ${key}=${value}`]);
    this.podman('import', ...changes, archive, name);
  }

  /** @returns what the build printed */
  build({ context, dockerfile, target, tag }) {
    const options = ['--format=docker', '--network=host', '--pull=never', `--target=${target}`, `--tag=${tag}`];
    return runProgram('podman', ['build', ...options, `--file=${dockerfile}`, context], {
      env: this.#env,
      timeoutMs: BUILD_MS,
    });
  }

  /** @returns what is printed @throws Error with Podman's words */
  podman(...args) {
    return runProgram('podman', args, { env: this.#env });
  }

  /** @returns exit code and output, whatever they are */
  tryPodman(...args) {
    const { status, output } = tryProgram('podman', args, { env: this.#env });
    return {
      status,
      output: output
        .split('\n')
        .filter((line) => !NOISE.test(line))
        .join('\n'),
    };
  }

  /** podman-compose on a compose file. */
  compose(program, file, env, ...args) {
    return runProgram(program, ['--file', file, ...args], { env: { ...this.#env, ...env } });
  }

  /** Bytes of an image with all that it is made from. */
  sizeOf(image) {
    return Number(this.podman('image', 'inspect', '--format={{.Size}}', image));
  }

  /** Ends what still runs, and lets go of the folder. */
  close() {
    this.tryPodman('rm', '--all', '--force', '--time=1');
    this.tryPodman('network', 'prune', '--force');
    tryProgram('umount', [join(this.#storage, 'overlay')]);
  }
}
