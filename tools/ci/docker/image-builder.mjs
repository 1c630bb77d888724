// Runs a Dockerfile's steps in chroots, as an engine would: a folder a stage, its own mounts and processes for each RUN.
// Needs root on Linux. What a layer is, and what a registry gives, it does not know.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join, posix, relative } from 'node:path';
import { cacheOf, parseEnv } from './dockerfile.mjs';

const STEP_MS = 240_000;

export class ImageBuilder {
  #stages;
  #context;
  #ignores;
  #work;
  #bases;
  #cache;
  #built = new Map();

  /** @param bases folders of the images that a FROM may name, by name; @param cache folder for cache mounts */
  constructor({ stages, context, ignores, work, bases, cache }) {
    this.#stages = stages;
    this.#context = context;
    this.#ignores = ignores;
    this.#work = work;
    this.#bases = bases;
    this.#cache = cache;
  }

  /** Builds a stage and those it needs. @returns what a container of it would have */
  build(name) {
    const known = this.#built.get(name);
    if (known) return known;
    const { from, steps, command, healthcheck } = this.#stages.get(name) ?? fail(`no stage is called ${name}`);
    const parent = this.#stages.has(from) ? this.build(from) : this.#base(from);
    const root = join(this.#work, name);
    run('cp', ['-a', '--reflink=auto', parent.root, root]);
    const image = { ...parent, env: { ...parent.env }, root, command, healthcheck };
    for (const step of steps) {
      // Before the line that says so, what the step itself needs.
      if (step.flags.from !== undefined) this.build(step.flags.from);
      const startedAt = Date.now();
      this.#apply(image, step);
      console.log(
        `${name}: ${step.word} ${step.text.slice(0, 90)} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`,
      );
    }
    this.#built.set(name, image);
    return image;
  }

  #base(from) {
    const root = this.#bases.get(from) ?? fail(`there is no base ${from} here`);
    return {
      root,
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
      workdir: '/',
      user: '0:0',
    };
  }

  #apply(image, { word, flags, text }) {
    if (word === 'ENV') Object.assign(image.env, parseEnv(text));
    else if (word === 'USER') image.user = text;
    else if (word === 'WORKDIR') {
      image.workdir = text;
      mkdirSync(join(image.root, text), { recursive: true });
    } else if (word === 'COPY') this.#copy(image, flags, text);
    else if (word === 'RUN') {
      const target = cacheOf(flags);
      const mounts = target === null ? [] : [{ from: this.#cache, to: target }];
      const { file, args } = inside(image, ['/bin/sh', '-c', text], { mounts });
      run(file, args, STEP_MS);
    }
  }

  #copy(image, flags, text) {
    const paths = text.split(/\s+/);
    const to = join(image.root, posix.resolve(image.workdir, paths.pop()));
    const fromContext = flags.from === undefined;
    const source = fromContext ? this.#context : this.build(flags.from).root;
    const kept = (path) => !fromContext || path === source || !this.#ignores(relative(source, path));
    for (const path of paths) {
      const from = join(source, path);
      if (!existsSync(from)) fail(`COPY ${text}: ${path} is not there`);
      const isFolder = statSync(from).isDirectory();
      const into = isFolder || !(existsSync(to) && statSync(to).isDirectory()) ? to : join(to, basename(path));
      mkdirSync(isFolder ? into : dirname(into), { recursive: true });
      // npm's trees have tens of thousands of files; nothing of a stage is ignored.
      if (!fromContext) run('cp', ['-a', isFolder ? `${from}/.` : from, into]);
      else cpSync(from, into, { recursive: true, filter: kept, verbatimSymlinks: true, preserveTimestamps: true });
    }
  }
}

/**
 * The command that runs another one in an image: its own mount and process namespaces (so it is process 1), the image's
 * environment, folder and user. @param mounts host folders that the image sees; @param readOnly as `read_only` in a compose file
 */
export function inside(image, command, { mounts = [], readOnly = false, env = {} } = {}) {
  const { root, user, workdir } = image;
  const quoted = (path) => `'${path.replaceAll("'", "'\\''")}'`;
  const script = [
    'set -e',
    `mount --bind ${quoted(root)} ${quoted(root)}`,
    `cp -L /etc/resolv.conf ${quoted(join(root, 'etc/resolv.conf'))}`,
    `printf '127.0.0.1 localhost\\n::1 localhost\\n' > ${quoted(join(root, 'etc/hosts'))}`,
    ...mounts.map(({ to }) => `mkdir -p ${quoted(join(root, to))}`),
    readOnly ? `mount -o remount,bind,ro ${quoted(root)}` : '',
    `mount -t proc proc ${quoted(join(root, 'proc'))}`,
    `mount --rbind /dev ${quoted(join(root, 'dev'))}`,
    `mount -t tmpfs tmpfs ${quoted(join(root, 'tmp'))}`,
    ...mounts.map(({ from, to }) => `mount --bind ${quoted(from)} ${quoted(join(root, to))}`),
    `exec chroot --userspec=${user} ${quoted(root)} "$@"`,
  ].join('\n');
  return {
    file: 'unshare',
    args: [
      '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script, 'sh',
      ...inImage(image, workdir, command, env),
    ],
  }; // prettier-ignore
}

/** The same for a container that runs already, as `docker exec` does. @param pid its first process, seen from outside */
export function alongside(image, pid, command, env) {
  return {
    file: 'nsenter',
    args: [`--target=${pid}`, '--mount', '--pid', 'chroot', `--userspec=${image.user}`, image.root].concat(
      inImage(image, image.workdir, command, env),
    ),
  };
}

function inImage(image, workdir, command, env) {
  const all = { ...hostNetwork(), ...image.env, ...env };
  const pairs = Object.entries(all).map(([key, value]) => `${key}=${value}`);
  return ['/usr/bin/env', '-i', ...pairs, '/bin/sh', '-c', 'cd "$0" && exec "$@"', workdir, ...command];
}

/** How this machine reaches the npm registry, as an engine passes it to its builds. */
function hostNetwork() {
  const names = /^(https?_proxy|no_proxy|npm_config_registry)$/i;
  const given = Object.entries(process.env).filter(([key]) => names.test(key));
  // The chroot has the machine's certificates at this place.
  return { HOME: '/root', NODE_EXTRA_CA_CERTS: '/etc/ssl/certs/ca-certificates.crt', ...Object.fromEntries(given) };
}

/** Bytes of a folder's files. */
export function sizeOf(folder) {
  return Number(/^\d+/.exec(run('du', ['-sb', '--one-file-system', folder], STEP_MS, 'pipe'))[0]);
}

export function run(file, args, timeout = STEP_MS, stdout = 'inherit') {
  const ended = spawnSync(file, args, { stdio: ['ignore', stdout, 'inherit'], encoding: 'utf8', timeout });
  if (ended.status !== 0)
    fail(`${file} ${args.at(-1)} ended with ${ended.error?.message ?? ended.status ?? ended.signal}`);
  return ended.stdout;
}

function fail(message) {
  throw new Error(message);
}
