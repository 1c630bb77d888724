import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { encodeHead, type Request } from '../decoder/frames';
import { ReplyReader, type Answer } from './reply-reader';

const SCRIPT = require.resolve('../decoder/main');
/** Of Node.js, libvips and the decoders without a picture; measured 115 to 135 MB of data, and 72 MB resident. */
const OWN_DATA_BYTES = 512 * 1024 * 1024;
/**
 * Where there is one, the shell sets limits that the process cannot leave. Of data, not of addresses: V8 reserves
 * those.
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

/** The process has ended, or did not start. */
export class Died extends Error {
  /** @param how the signal, or the exit code in words */
  constructor(readonly how: string) {
    super(`the decoder process died (${how})`);
  }
}

/** A process that decodes pictures one by one. It keeps this one alive only while it has a task. */
export class DecoderProcess {
  private readonly child: ChildProcess;
  private readonly channel: Socket;
  private readonly reader = new ReplyReader((answer) => this.settle((task) => task.resolve(answer)));
  private task: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;
  private died: Died | null = null;

  /**
   * @param maxBytes most memory that it may ever take for a picture
   * @param onExit when it has ended, whatever the reason
   */
  constructor(maxBytes: number, onExit: () => void) {
    const program = [process.execPath, SCRIPT, String(process.pid)];
    const kib = Math.ceil((maxBytes + OWN_DATA_BYTES) / 1024);
    const [file, ...args] = HAS_LIMITS ? [SHELL, '-c', WITH_LIMITS, String(kib), ...program] : program;
    this.child = spawn(file as string, args, {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      // Nothing of the server's secrets; what finds the fonts of a drawing's texts, and the forms of Chinese
      // characters.
      env: { ...pick(process.env, FONT_VARIABLES), MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2' },
    });
    this.channel = this.child.stdio[3] as Socket;
    const end = (how: string): void => {
      this.died ??= new Died(how);
      const { died } = this;
      this.settle((task) => task.reject(died));
      onExit();
    };
    this.child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    this.child.once('error', (error) => end(`it did not start: ${error.message}`));
    this.channel.on('data', (chunk: Buffer) => this.read(chunk));
    // What was being written when it died; `exit` says how it did.
    this.channel.on('error', () => undefined);
    this.release();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** One at a time. @throws Died */
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
      // It no longer speaks as it should.
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
