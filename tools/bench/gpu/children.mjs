// Processes of a measurement, watched from outside.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { clearInterval, setInterval } from 'node:timers';

const POLL_MS = 250;
const MAX_OUTPUT = 2 ** 24;
const KEPT_ERROR = 2_000;

/** The memory of the GPU that all processes use now, in MiB; null without nvidia-smi. */
export function usedGpuMib(device) {
  const number = device.split(':')[1] ?? '0';
  const query = ['--query-gpu=memory.used', '--format=csv,noheader,nounits', '-i', number];
  const { status, stdout } = spawnSync('nvidia-smi', query, { encoding: 'utf8' });
  return status === 0 ? Number(stdout.trim()) : null;
}

/** Polls the memory of a GPU. In a container nvidia-smi does not know processes, so it is what all of them use. */
export function watchGpu(device) {
  const before = device.startsWith('cuda') ? usedGpuMib(device) : null;
  let most = before;
  const poll = () => (most = Math.max(most, usedGpuMib(device) ?? 0));
  const timer = before === null ? undefined : setInterval(poll, POLL_MS);
  return {
    /** The most that came to what was used before, in MiB; null without a GPU. */
    stop() {
      clearInterval(timer);
      return before === null ? null : most - before;
    },
  };
}

/**
 * Runs a program whose last line is JSON.
 *
 * @throws with the last line of its error output
 */
export async function runJson(command, args, { env, timeoutMs }) {
  const { lines, stderr } = await collect(command, args, { env, timeoutMs });
  try {
    return JSON.parse(lines.at(-1));
  } catch (error) {
    throw new Error(`${command} ended without a result: ${stderr.trim().split('\n').at(-1)}`, { cause: error });
  }
}

/** Runs a program to its end. @throws with the last line of its error output; `cause` has more of it */
export async function collect(command, args, { env, timeoutMs }) {
  if (timeoutMs <= 0) throw new Error('no time is left');
  const child = spawn(command, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: Math.ceil(timeoutMs),
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout = (stdout + text).slice(-MAX_OUTPUT)));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr = (stderr + text).slice(-KEPT_ERROR)));
  const [code, signal] = await once(child, 'close');
  if (code !== 0) {
    const how =
      signal === 'SIGKILL' ? `was ended after ${Math.round(timeoutMs / 1_000)} s` : `ended with ${code ?? signal}`;
    throw new Error(`${command} ${how}: ${stderr.trim().split('\n').at(-1)}`, { cause: stderr });
  }
  return { lines: stdout.trim().split('\n'), stderr };
}
