// What the scripts of engines that come from PyPI share: a cached venv, a fresh data folder, a health check, a clean stop.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve as absolute } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const require = createRequire(new URL('../../libs/vector-store/package.json', import.meta.url));
const HEALTHY_WITHIN_MS = 300_000;

/** What follows `start`, or `install`, which makes the environment and ends. */
export function engineOptions(extra = {}) {
  const options = { port: { type: 'string' }, 'data-dir': { type: 'string' }, ...extra };
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  if (!['start', 'install'].includes(positionals[0]) || positionals.length > 1) {
    console.error(
      `usage: node ${process.argv[1]} start [${Object.keys(options)
        .map((name) => `--${name}`)
        .join('] [')}]`,
    );
    process.exit(2);
  }
  return values;
}

/** Fails when somebody listens already: a server of another run would be taken for this one. */
export async function checkFree(ports) {
  for (const port of ports) {
    const taken = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (taken) throw new Error(`port ${port} is in use; stop what listens there`);
  }
}

/** @returns the venv's bin folder; made once */
function venv(name, requirements) {
  const root = process.env.WENTU_ENGINES_DIR || join(tmpdir(), 'wentu-engines');
  const folder = join(root, name);
  if (existsSync(join(folder, 'installed'))) return join(folder, 'bin');
  mkdirSync(root, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  // A venv holds absolute paths, so it is made in place; the marker comes last.
  for (const [command, ...args] of [
    ['python3', '-m', 'venv', folder],
    [join(folder, 'bin', 'pip'), 'install', '--quiet', ...requirements],
    [join(folder, 'bin', 'python'), '-c', `open(${JSON.stringify(join(folder, 'installed'))}, 'w').close()`],
  ]) {
    const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
  }
  return join(folder, 'bin');
}

/** Some engines take another port when they cannot bind theirs as plainly as Python does, which the last connections prevent for a minute. */
async function untilBound(bin, port) {
  const bind = `import socket; socket.socket().bind(('0.0.0.0', ${port}))`;
  while (spawnSync(join(bin, 'python'), ['-c', bind], { stdio: 'ignore' }).status !== 0) await sleep(500);
}

async function healthy(address, client, died) {
  const { MilvusClient } = require('@zilliz/milvus2-sdk-node');
  const until = Date.now() + HEALTHY_WITHIN_MS;
  while (Date.now() < until && !died()) {
    const milvus = new MilvusClient({
      address,
      timeout: 2_000,
      maxRetries: 0,
      telemetry: { enabled: false },
      logLevel: 'error',
      // Its channels outlive closeConnection, and servers complain of their pings.
      channelOptions: { 'grpc.keepalive_permit_without_calls': 0 },
      ...client,
    });
    const version = await milvus.connectPromise.then(() => milvus.getVersion()).catch(() => undefined);
    await milvus.closeConnection().catch(() => undefined);
    if (version?.status.error_code === 'Success') return version.version;
    await sleep(300);
  }
  throw new Error(`no getVersion from ${address} within ${HEALTHY_WITHIN_MS / 1_000} s`);
}

/**
 * Prints one line of JSON once the engine answers, then stays until SIGTERM. SIGUSR2 is a crash: the engine is killed, and started again on
 * the same port and data; without the data where it `forgets`.
 * `client`: how the health check gets in, if not openly; `keep`: a folder of data that stays, instead of a new one.
 */
export async function runEngine({
  name,
  requirements,
  port,
  command,
  keep,
  env = () => ({}),
  client = {},
  forgets = false,
}) {
  const bin = venv(name, requirements);
  if (process.argv.includes('install')) return;
  await checkFree([port]);
  if (keep) mkdirSync(keep, { recursive: true });
  const dataDir = keep ? absolute(keep) : mkdtempSync(join(tmpdir(), `wentu-${name}-`));
  const log = join(dataDir, 'engine.log');
  const out = openSync(log, 'a');
  const [program, ...args] = command(bin, join(dataDir, 'data'), dataDir);
  // A process group of its own, so that what the engine starts is stopped with it.
  const start = () => spawn(program, args, {
    stdio: ['ignore', out, out],
    detached: true,
    cwd: dataDir,
    env: { ...process.env, ...env(dataDir) },
  }); // prettier-ignore
  let engine = start();
  let ended = false;
  let stopping = false;
  let crashing = false;
  const exitOf = (one) => new Promise((resolve) => one.once('error', resolve).once('exit', resolve));
  // A crash that was asked for is not the end.
  const exit = (async () => {
    for (let one = engine; ; one = engine) {
      await exitOf(one);
      if (!crashing) return (ended = true);
      crashing = false;
      if (forgets) rmSync(join(dataDir, 'data'), { recursive: true, force: true, maxRetries: 5 });
      await untilBound(bin, port);
      engine = start();
    }
  })();
  const kill = (signal) => {
    try {
      process.kill(-engine.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  process.on('SIGUSR2', () => {
    crashing = true;
    kill('SIGKILL');
  });
  const stop = async () => {
    kill('SIGTERM');
    await Promise.race([exit, sleep(10_000)]);
    kill('SIGKILL');
    if (!keep) rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => {
      stopping = true;
      void stop().then(() => process.exit(0));
    });
  }
  try {
    const version = await healthy(`127.0.0.1:${port}`, client, () => ended);
    console.log(JSON.stringify({ url: `127.0.0.1:${port}`, pid: engine.pid, dataDir, version }));
    await exit;
    if (stopping) return;
    throw new Error(`${name} has ended by itself`);
  } catch (error) {
    if (stopping) return;
    console.error(`${error.message}; its log:\n${readFileSync(log, 'utf8').slice(-4_000)}`);
    await stop();
    process.exit(1);
  }
}
