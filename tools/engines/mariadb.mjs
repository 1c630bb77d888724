// A MariaDB of one's own for tests: `node tools/engines/mariadb.mjs start [--port=N] [mariadbd options]` prints one line
// of JSON when it answers, and runs until SIGTERM. Nothing of it is left afterwards. SIGUSR2 is a crash: mariadbd is
// killed, and started again on the same data and port.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './free-ports.mjs';

const START_MS = 180_000;
const STOP_MS = 60_000;
const USER = 'wentu';
const DATABASE = 'wentu';

const [command, ...given] = process.argv.slice(2);
if (command !== 'start') fail('usage: node tools/engines/mariadb.mjs start [--port=N] [mariadbd options]', 2);
for (const program of ['mariadbd', 'mariadb-install-db', 'mariadb']) {
  if (spawnSync(program, ['--version']).error) {
    fail(`${program} is not installed; on Debian: apt-get install --no-install-recommends mariadb-server`, 3);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'wentu-mariadb-'));
const dataDir = join(folder, 'data');
const socket = join(folder, 'mariadbd.sock');
const log = join(folder, 'mariadbd.log');
// mariadbd refuses to be root unless it is told who it is.
const user = `--user=${userInfo().username}`;
let server;
let run;
let stopping = false;
let crashing = false;
process.on('SIGUSR2', () => void crash());
for (const name of ['SIGTERM', 'SIGINT']) process.once(name, () => void stop(0));

try {
  install();
  const port =
    Number(given.find((option) => option.startsWith('--port='))?.slice('--port='.length)) || (await freePorts(1))[0];
  const options = given.filter((option) => !option.startsWith('--port='));
  const start = () => spawn(
    'mariadbd',
    [
      '--no-defaults', user, `--datadir=${dataDir}`, `--socket=${socket}`, `--pid-file=${join(folder, 'mariadbd.pid')}`,
      `--log-error=${log}`, '--bind-address=127.0.0.1', `--port=${port}`, '--skip-name-resolve',
      '--character-set-server=utf8mb4', '--collation-server=utf8mb4_bin', '--max-allowed-packet=64M',
      '--innodb-buffer-pool-size=128M', '--innodb-log-file-size=64M',
      // The log is written at each commit and flushed to the disk once a second: nothing is lost when mariadbd is killed,
      // and a slow disk does not slow down tests.
      '--innodb-flush-log-at-trx-commit=2', ...options,
    ],
    { stdio: 'ignore' },
  ); // prettier-ignore
  run = () => {
    server = start();
    server.once('exit', (code) => {
      if (!stopping && !crashing) void stop(1, `mariadbd ended with ${code}`);
    });
  };
  run();
  await answering();
  const password = randomBytes(12).toString('base64url');
  asRoot(
    `CREATE DATABASE ${DATABASE}; CREATE USER '${USER}'@'127.0.0.1' IDENTIFIED BY '${password}'; ` +
      `GRANT ALL PRIVILEGES ON *.* TO '${USER}'@'127.0.0.1';`,
  );
  const url = `mysql://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
  // One who reads the password from the line above can log in: the ping of the socket is not enough.
  const ping = mariadb([
    '--protocol=tcp',
    '-h127.0.0.1',
    `-P${port}`,
    `-u${USER}`,
    `-p${password}`,
    DATABASE,
    '-e',
    'SELECT 1',
  ]);
  if (ping.status !== 0) throw new Error(`the new user cannot log in: ${ping.stderr}`);
  process.stdout.write(`${JSON.stringify({ url, pid: server.pid, dataDir })}\n`);
} catch (error) {
  await stop(1, error.message);
}

function install() {
  const { status, stdout, stderr } = spawnSync(
    'mariadb-install-db',
    ['--no-defaults', user, `--datadir=${dataDir}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`mariadb-install-db failed:\n${stdout}\n${stderr}`);
}

async function answering() {
  const deadline = Date.now() + START_MS;
  while (mariadb([`--socket=${socket}`, '-uroot', '-e', 'SELECT 1']).status !== 0) {
    if (Date.now() > deadline) throw new Error(`mariadbd did not answer within ${START_MS} ms`);
    if (server.exitCode !== null) throw new Error('mariadbd did not start');
    await sleep(100);
  }
}

async function crash() {
  if (crashing || stopping) return;
  crashing = true;
  const ended = once(server, 'exit');
  server.kill('SIGKILL');
  await ended;
  run();
  await answering().catch((error) => stop(1, error.message));
  crashing = false;
}

function asRoot(sql) {
  const { status, stderr } = mariadb([`--socket=${socket}`, '-uroot', '-e', sql]);
  if (status !== 0) throw new Error(`mariadb: ${stderr}`);
}

function mariadb(options) {
  return spawnSync('mariadb', ['--no-defaults', '--connect-timeout=2', ...options], {
    encoding: 'utf8',
    timeout: 10_000,
  });
}

async function stop(code, reason) {
  if (stopping) return;
  stopping = true;
  if (reason) process.stderr.write(`mariadb.mjs: ${reason}\n${await readFile(log, 'utf8').catch(() => '')}\n`);
  if (server && server.exitCode === null && server.signalCode === null) {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    const late = setTimeout(() => server.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(late);
  }
  await rm(folder, { recursive: true, force: true });
  process.exit(code);
}

function fail(message, code) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
