import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { encodeHead, type Request } from '../decoder/frames';
import { ReplyReader, type Answer } from './reply-reader';

const SCRIPT = require.resolve('../decoder/main');
/**
 * The data limit without a picture. Node.js, libvips and the decoders were measured with 115 to 135 MB of data, and 72
 * MB of resident memory.
 */
const OWN_DATA_BYTES = 512 * 1024 * 1024;
/**
 * The shell sets limits that the process cannot raise. They limit data, not address space, because V8 reserves address
 * space.
 */
const SHELL = '/bin/sh';
const WITH_LIMITS = 'ulimit -c 0; ulimit -d "$0"; exec "$@"';
const HAS_LIMITS = process.platform === 'linux' && existsSync(SHELL);

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

/** The process has ended or did not start. */
export class DecoderDied extends Error {
  /** @param how the signal, or the exit code as text */
  constructor(readonly how: string) {
    super(`the decoder process died (${how})`);
  }
}

/** A process that decodes one picture at a time. It keeps this process alive only during a task. */
export class DecoderProcess {
  private readonly child: ChildProcess;
  private readonly channel: Socket;
  private readonly reader = new ReplyReader((answer) => this.settle((task) => task.resolve(answer)));
  private task: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;
  private died: DecoderDied | null = null;

  /**
   * @param maxBytes the largest memory limit of any picture
   * @param onExit called when the process has ended, for any reason
   */
  constructor(maxBytes: number, onExit: () => void) {
    const program = [process.execPath, SCRIPT, String(process.pid)];
    const kib = Math.ceil((maxBytes + OWN_DATA_BYTES) / 1024);
    const [file, ...args] = HAS_LIMITS ? [SHELL, '-c', WITH_LIMITS, String(kib), ...program] : program;
    this.child = spawn(file as string, args, {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      // The process gets no secrets of the server. These variables locate the fonts for texts in SVGs, and select the
      // forms of Chinese characters.
      env: { ...pick(process.env, FONT_VARIABLES), MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2' },
    });
    this.channel = this.child.stdio[3] as Socket;
    const end = (how: string): void => {
      this.died ??= new DecoderDied(how);
      const { died } = this;
      this.settle((task) => task.reject(died));
      onExit();
    };
    this.child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    this.child.once('error', (error) => end(`it did not start: ${error.message}`));
    this.channel.on('data', (chunk: Buffer) => this.read(chunk));
    // A write fails when the process dies; the event `exit` gives the reason.
    this.channel.on('error', () => undefined);
    this.release();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Runs a task. The caller waits for it before the next one. @throws DecoderDied */
  async run(request: Request, file: Uint8Array): Promise<Answer> {
    if (this.died) throw this.died;
    this.child.ref();
    this.channel.ref();
    try {
      return await new Promise<Answer>((resolve, reject) => {
        this.task = { resolve, reject };
        this.channel.cork();
        this.channel.write(encodeHead(request, file.length));
        this.channel.write(file);
        this.channel.uncork();
      });
    } finally {
      this.release();
    }
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private read(chunk: Buffer): void {
    try {
      this.reader.push(chunk);
    } catch {
      // The process has sent bytes that are not a reply.
      this.kill();
    }
  }

  private settle(how: (task: NonNullable<DecoderProcess['task']>) => void): void {
    const { task } = this;
    this.task = null;
    if (task) how(task);
  }

  private release(): void {
    this.child.unref();
    this.channel.unref();
  }
}

function pick(from: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}
