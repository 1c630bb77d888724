import { fork, type ChildProcess } from 'node:child_process';
import { ItemError } from '@wentu/domain';
import type { PictureOptions } from '../read-picture';
import { memoryOf } from './memory-of';
import type { Reply, Task } from './messages';

export interface ProcessLimits {
  /** Processes at once. */
  readonly maxProcesses: number;
  /** Most time for one picture. */
  readonly timeoutMs: number;
  /** Most memory of a process, in bytes. */
  readonly maxDecodeBytes: number;
}

const IDLE_MS = 30_000;
const LOOK_EVERY_MS = 50;
/** WebAssembly never gives memory back: a process that has grown so large is replaced. */
const KEPT_BYTES = 400 * 1024 * 1024;
/** Of Node.js and libvips without a picture. */
const OWN_BYTES = 160 * 1024 * 1024;
const SCRIPT = require.resolve('./picture-process');

const FONT_VARIABLES = [
  'HOME',
  'LANG',
  'LC_ALL',
  'FONTCONFIG_FILE',
  'FONTCONFIG_PATH',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
];

function pick(from: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}

interface Running {
  /** Ends the task with what has happened to its process. */
  readonly finish: (result: Reply | ItemError) => void;
}

/**
 * Processes that decode pictures one by one. One that crashes, hangs or grows too large costs its picture, and is
 * replaced for the next. They start with the first picture, end when there was none for a while, and keep no process
 * alive.
 */
export class PictureProcesses {
  private readonly idle: ChildProcess[] = [];
  private readonly waiting: (() => void)[] = [];
  private readonly running = new Map<ChildProcess, Running>();
  private busy = 0;
  private lastId = 0;

  constructor(private readonly limits: ProcessLimits) {}

  /** @throws ItemError DECODE_FAILED, also for a crash or a timeout; TOO_LARGE for memory; what the decoder throws */
  async run<T>(task: Task, bytes: Uint8Array, options: PictureOptions): Promise<T> {
    if (this.busy >= this.limits.maxProcesses) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.busy++;
    try {
      const used = this.idle.pop();
      let reply = await this.ask(used ?? this.start(), task, bytes, options);
      // A process that had decoded others may have died of them, or while it was idle: this picture is tried alone.
      if (used && reply instanceof Crash) reply = await this.ask(this.start(), task, bytes, options);
      if (reply instanceof ItemError) throw reply;
      if ('value' in reply) return reply.value as T;
      if (reply.code !== null) throw new ItemError(reply.code, reply.message);
      throw new Error(`the picture process failed: ${reply.message}`);
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.busy--;
    }
  }

  /** Ends the processes; pictures in them fail. */
  close(): void {
    for (const child of [...this.idle.splice(0), ...this.running.keys()]) child.kill('SIGKILL');
  }

  /** Ids of the processes that are there. */
  get pids(): number[] {
    return [...this.idle, ...this.running.keys()].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  private start(): ChildProcess {
    const child = fork(SCRIPT, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      // Nothing of the server's secrets; what finds the fonts of a drawing's texts, and the forms of Chinese
      // characters.
      env: { ...pick(process.env, FONT_VARIABLES), ORT_DISABLE_TELEMETRY: '1', MALLOC_ARENA_MAX: '2' },
    });
    const end = (how: string): void => {
      const at = this.idle.indexOf(child);
      if (at >= 0) this.idle.splice(at, 1);
      this.running.get(child)?.finish(new Crash(how));
    };
    child.on('message', (reply) => this.running.get(child)?.finish(reply as Reply));
    child.on('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    child.on('error', (error) => end(`it did not start: ${error.message}`));
    return child;
  }

  private async ask(
    child: ChildProcess,
    task: Task,
    bytes: Uint8Array,
    options: PictureOptions,
  ): Promise<Reply | ItemError> {
    hold(child);
    const { timeoutMs, maxDecodeBytes } = this.limits;
    let timer: NodeJS.Timeout | undefined;
    let look: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Reply | ItemError>((resolve) => {
        const stop = (error: ItemError): void => {
          // What is told too late is about another picture.
          if (this.running.get(child)?.finish !== resolve) return;
          resolve(error);
          child.kill('SIGKILL');
        };
        this.running.set(child, { finish: resolve });
        timer = setTimeout(() => stop(tooSlow(timeoutMs)), timeoutMs);
        look = setInterval(() => {
          void memoryOf(child.pid ?? 0).then((used) => {
            if (used !== null && used > maxDecodeBytes + OWN_BYTES) stop(tooMuch(maxDecodeBytes));
          });
        }, LOOK_EVERY_MS);
        child.send({ id: ++this.lastId, task, bytes, options }, (error) => {
          if (error) stop(new Crash(error.message));
        });
      });
    } finally {
      clearTimeout(timer);
      clearInterval(look);
      this.running.delete(child);
      await this.putBack(child);
    }
  }

  private async putBack(child: ChildProcess): Promise<void> {
    if (!child.connected || child.killed || child.exitCode !== null || child.signalCode !== null) return;
    if (((await memoryOf(child.pid ?? 0)) ?? 0) > KEPT_BYTES) {
      child.kill('SIGKILL');
      return;
    }
    this.idle.push(child);
    release(child);
    setTimeout(() => {
      const at = this.idle.indexOf(child);
      if (at < 0) return;
      this.idle.splice(at, 1);
      child.kill('SIGKILL');
    }, IDLE_MS).unref();
  }
}

/** A process with nothing to do does not keep this one alive. */
function release(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

function hold(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
}

class Crash extends ItemError {
  constructor(how: string) {
    super(
      'DECODE_FAILED',
      `the decoder crashed on this picture (${how}); open it in an image viewer and save it as JPEG or PNG`,
    );
  }
}

function tooSlow(timeoutMs: number): ItemError {
  const message = `the picture was not decoded within ${timeoutMs / 1000} s (WENTU_DECODE_TIMEOUT_MS)`;
  return new ItemError('DECODE_FAILED', message);
}

function tooMuch(maxBytes: number): ItemError {
  const message = `decoding the picture took more than ${Math.floor(maxBytes / 1024 / 1024)} MiB (WENTU_MAX_DECODE_BYTES)`;
  return new ItemError('TOO_LARGE', message);
}
