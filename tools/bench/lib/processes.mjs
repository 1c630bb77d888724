// Starts, times and watches other processes. Linux.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const TICKS_PER_SECOND = 100;
const PAGE_MIB = 4_096 / 2 ** 20;
const READY_WITHIN_MS = 180_000;

/** The CPU seconds and the current memory of these processes and all their descendants. */
export function usageOf(pids) {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? processOf(Number(name)) : []));
  const family = new Set(pids);
  // A child can have a lower number than its parent after a wrap-around, so the loop repeats until it finds no more.
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  const members = all.filter(({ pid }) => family.has(pid));
  const sum = (key) => members.reduce((total, one) => total + one[key], 0);
  return { cpuSeconds: sum('cpuSeconds'), rssMib: sum('rssMib') };
}

function processOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The process name before these fields may contain any character.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [parent, user, system, pages] = [1, 11, 12, 21].map((i) => Number(fields[i]));
    return [{ pid, parent, cpuSeconds: (user + system) / TICKS_PER_SECOND, rssMib: pages * PAGE_MIB }];
  } catch {
    return [];
  }
}

/** The CPU seconds of all processes since the machine started. */
export function machineCpuSeconds() {
  const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'latin1')
    .split(/\s+/)
    .slice(1, 8)
    .map(Number);
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
}

/** Runs a command to its end. @returns wall and CPU seconds, including its children */
export function timed([command, ...args], options = {}) {
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%R %U %S"; time "$@"', 'bash', command, ...args],
    { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 2 ** 26, ...options },
  ); // prettier-ignore
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${status}:\n${stderr.slice(-4_000)}`);
  const [wall, user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { wallSeconds: wall, cpuSeconds: user + system };
}

const PARSE = `const { createInterface } = require('readline'); const { createReadStream } = require('fs');
(async () => { for (const path of process.argv.slice(1)) for await (const line of createInterface(createReadStream(path))) JSON.parse(line) })()`;

/** The time that Node alone needs to read files with one JSON value per line. */
export const timedJsonParse = (paths) => timed([process.execPath, '-e', PARSE, ...paths]);

export function run([command, ...args], options = {}) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2], ...options });
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${status}`);
}

/** Starts a server and waits until `url` answers. @returns its pid and a function that stops it */
export async function startServer([command, ...args], env, url) {
  const server = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  const exit = new Promise((resolve) => server.once('exit', resolve));
  const answers = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  const startedAt = performance.now();
  while (!(await answers())) {
    if (server.exitCode !== null || performance.now() - startedAt > READY_WITHIN_MS) {
      server.kill('SIGKILL');
      throw new Error(`${url} does not answer; its log is above`);
    }
    await sleep(50);
  }
  const stop = async () => {
    server.kill('SIGTERM');
    await exit;
  };
  return { pid: server.pid, readySeconds: (performance.now() - startedAt) / 1_000, stop };
}
