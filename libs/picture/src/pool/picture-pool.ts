import { availableParallelism } from 'node:os';
import { ItemError, UnavailableError, type ImageHeader, type PreparedImage } from '@wentu/domain';
import type { Task } from '../decoder/frames';
import { TOO_MUCH_MEMORY } from '../decoder/too-much-memory';
import { checkBytes, type PictureLimits } from '../limits';
import type { PictureOptions } from '../read-picture';
import type { Rendition } from '../render-picture';
import { DecoderProcess, Died } from './decoder-process';
import { FairQueue } from './fair-queue';
import {
  crashed,
  isHeavyFlow,
  isLargeFlow,
  PictureJob,
  tooMuch,
  tooSlow,
  type Decoded,
  type Share,
} from './picture-job';
import type { Answer } from './reply-reader';

/** Decodes pictures in processes of its own; on another thread, calls of it cross over. */
export interface PictureDecoder {
  /** Decodes only what may be cut off. @throws ItemError */
  inspect(file: Uint8Array, options: PictureOptions, share: Share, signal?: AbortSignal): Promise<ImageHeader>;
  /** The pixels that the image tower takes, `[imageSize, imageSize, 3]`, and the preview. @throws ItemError */
  prepare(
    file: Uint8Array,
    options: PictureOptions,
    preview: boolean,
    share: Share,
    signal?: AbortSignal,
  ): Promise<PreparedImage>;
  /** The picture as the encoder sees it, made for showing. @throws ItemError */
  render(file: Uint8Array, rendition: Rendition, signal?: AbortSignal): Promise<Uint8Array>;
}

export interface PicturePoolOptions extends PictureLimits {
  /** Most time for one picture, from when a process has it. */
  readonly timeoutMs: number;
  /** Cores to decode with; all of the machine without. */
  readonly threads?: number;
  /** Pictures decoded at once; by the cores without. */
  readonly maxProcesses?: number;
}

const MIB = 1024 * 1024;
/** What an ordinary picture may take: 21 million pixels of a photograph that has to be turned. Always granted. */
const QUICK_BYTES = 128 * MIB;
/** Longer than that nothing ordinary takes: it goes on among the heavy ones. */
const QUICK_MS = 3_000;
/** Resident memory of a process without a picture. Above it, by what WebAssembly keeps, a process is replaced. */
const KEPT_RSS_BYTES = 256 * MIB;
const OWN_RSS_BYTES = 160 * MIB;
const IDLE_MS = 30_000;
/** A picture that nobody waits for any more is decoded to its end if that comes soon: a new process takes as long. */
const GRACE_MS = 1_000;
const MAX_PROCESSES = 17;
/**
 * Pictures of more than 8 million pixels decoded at once, so that memory does not grow with the cores: 1 GiB in all.
 */
const LARGE_AT_ONCE = 8;
const MAX_WAITING = 1_000;
const MAX_WAITING_BYTES = 256 * MIB;

/**
 * Decoder processes, and one gate in front of them for all: loads, searches and thumbnails. Ordinary pictures need no
 * permission for memory, and one process is always theirs; the heavy ones share the others, and `maxDecodeBytes`. A
 * process that crashes, hangs or grows too large costs its picture. They start with the first picture, end when there
 * was none for a while or when this process ends, and keep no process alive.
 */
export class PicturePool implements PictureDecoder {
  private readonly waiting = new FairQueue<PictureJob>();
  private readonly running = new Map<PictureJob, DecoderProcess>();
  private readonly idle: DecoderProcess[] = [];
  private readonly rssOf = new WeakMap<DecoderProcess, number>();
  private readonly maxProcesses: number;
  private readonly quickBytes: number;
  private closed = false;

  constructor(private readonly options: PicturePoolOptions) {
    const { threads = availableParallelism() } = options;
    this.maxProcesses = options.maxProcesses ?? Math.min(MAX_PROCESSES, Math.max(2, threads) + 1);
    this.quickBytes = Math.min(QUICK_BYTES, options.maxDecodeBytes);
  }

  async inspect(file: Uint8Array, options: PictureOptions, share: Share, signal?: AbortSignal): Promise<ImageHeader> {
    checkBytes(file, options);
    return (await this.run({ kind: 'inspect', options }, file, share, signal)).header as ImageHeader;
  }

  async prepare(
    file: Uint8Array,
    options: PictureOptions,
    preview: boolean,
    share: Share,
    signal?: AbortSignal,
  ): Promise<PreparedImage> {
    checkBytes(file, options);
    const { header, parts } = await this.run({ kind: 'prepare', options, preview }, file, share, signal);
    return { ...(header as ImageHeader), ...(parts as { pixels: Uint8Array; preview?: Uint8Array }) };
  }

  async render(file: Uint8Array, rendition: Rendition, signal?: AbortSignal): Promise<Uint8Array> {
    const { maxBytes, maxPixels, maxDecodeBytes } = this.options;
    const limits = { maxBytes, maxPixels, maxDecodeBytes };
    checkBytes(file, limits);
    const { parts } = await this.run({ kind: 'render', limits, rendition }, file, 'asked', signal);
    return parts['bytes'] as Uint8Array;
  }

  /** Ends the processes; pictures in them and in front of them fail. */
  close(): void {
    this.closed = true;
    const error = new UnavailableError('pictures are not decoded any more: the process is ending');
    for (const job of [...this.waiting]) job.reject(error);
    for (const job of this.running.keys()) job.reject(error);
    for (const process of [...this.idle.splice(0), ...this.running.values()]) process.kill();
  }

  /** Ids of the processes that are there. */
  get pids(): number[] {
    return [...this.idle, ...this.running.values()].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  private async run(task: Task, file: Uint8Array, share: Share, signal: AbortSignal | undefined): Promise<Decoded> {
    signal?.throwIfAborted();
    if (this.closed) throw new UnavailableError('pictures are not decoded any more: the process is ending');
    if (share === 'asked') this.checkRoom();
    return await new Promise<Decoded>((resolve, reject) => {
      const leave = (): void => this.leave(job, signal?.reason);
      const end =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener('abort', leave);
          settle(value);
        };
      const job = new PictureJob(task, file, share, this.quickBytes, { resolve: end(resolve), reject: end(reject) });
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.push(job);
      this.startWaiting();
    });
  }

  /** Loads look only a chunk ahead; of those who ask there may be any number. @throws UnavailableError */
  private checkRoom(): void {
    let [count, bytes] = [0, 0];
    for (const { share, file } of this.waiting) {
      if (share === 'asked') count++;
      bytes += file.length;
    }
    if (count < MAX_WAITING && bytes < MAX_WAITING_BYTES) return;
    throw new UnavailableError(`${count} pictures wait to be decoded already; try again in a moment`);
  }

  private startWaiting(): void {
    while (!this.closed) {
      const job = this.next();
      if (!job) break;
      this.waiting.remove(job, true);
      void this.decode(job);
    }
    this.makeRoom();
  }

  /** Ordinary pictures take any process; heavy ones leave one of them free, and wait in their order for memory. */
  private next(): PictureJob | undefined {
    const heavy = this.heavy();
    if (this.running.size >= this.processesBeside(heavy.length)) return undefined;
    const held = heavy.reduce((sum, { grantedBytes }) => sum + grantedBytes, 0);
    const first = this.waiting.peek(isHeavyFlow);
    const fits = first && (held === 0 || held + first.grantedBytes <= this.options.maxDecodeBytes);
    const takesHeavy = fits === true && heavy.length < Math.max(1, this.maxProcesses - 1);
    const large = [...this.running.keys()].filter(({ flow }) => isLargeFlow(flow)).length;
    const takesLarge = large < LARGE_AT_ONCE;
    return this.waiting.peek((flow) => (isHeavyFlow(flow) ? takesHeavy : takesLarge || !isLargeFlow(flow)));
  }

  /** One more than there are cores only while some of them may be busy for long. */
  private processesBeside(heavy: number): number {
    return heavy > 0 ? this.maxProcesses : Math.max(1, this.maxProcesses - 1);
  }

  private heavy(): PictureJob[] {
    return [...this.running.keys()].filter(({ isHeavy }) => isHeavy);
  }

  /** One that takes long counts as heavy from then on; where there are enough of those, it waits again among them. */
  private makeRoom(): void {
    const waits = this.waiting.peek((flow) => !isHeavyFlow(flow));
    if (!waits || this.running.size < this.processesBeside(this.heavy().length)) return;
    const before = performance.now() - QUICK_MS;
    const long = [...this.running].find(([job]) => !job.isHeavy && job.startedAtMs < before);
    if (!long) return;
    const [job, process] = long;
    const hasRoom = this.heavy().length < this.maxProcesses - 1;
    job.isHeavy = true;
    if (!hasRoom) process.kill();
  }

  private leave(job: PictureJob, reason: unknown): void {
    this.waiting.remove(job, false);
    job.reject(reason);
    const process = this.running.get(job);
    if (process) setTimeout(() => this.running.get(job) === process && process.kill(), GRACE_MS).unref();
  }

  private async decode(job: PictureJob): Promise<void> {
    const { timeoutMs } = this.options;
    const process = this.processFor(job);
    this.running.set(job, process);
    job.startedAtMs = performance.now();
    const timers = [
      setTimeout(() => this.stop(job, tooSlow(timeoutMs)), timeoutMs),
      setTimeout(() => this.makeRoom(), QUICK_MS),
    ];
    const wasHeavy = job.isHeavy;
    const { task, file } = job;
    const maxRssBytes = Math.max(OWN_RSS_BYTES, this.rssOf.get(process) ?? 0) + job.grantedBytes;
    // With all that there is, it may try.
    const grantedBytes = job.grantedBytes < this.options.maxDecodeBytes ? job.grantedBytes : Number.MAX_SAFE_INTEGER;
    try {
      const answer = await process.run({ task, grantedBytes, maxRssBytes }, file);
      this.putBack(process, answer.reply.rssBytes);
      this.take(job, answer);
    } catch (error) {
      if (!(error instanceof Died)) job.reject(error);
      else this.mourn(job, error.how, !wasHeavy && job.isHeavy);
    } finally {
      for (const timer of timers) clearTimeout(timer);
      this.running.delete(job);
      this.startWaiting();
    }
  }

  private processFor({ deaths }: PictureJob): DecoderProcess {
    // What a process has died over goes into a new one: others may have damaged the old one.
    const used = deaths === 0 ? this.idle.pop() : undefined;
    if (used) return used;
    if (this.idle.length + this.running.size >= this.maxProcesses) this.idle.pop()?.kill();
    const process: DecoderProcess = new DecoderProcess(this.options.maxDecodeBytes, () => {
      const at = this.idle.indexOf(process);
      if (at >= 0) this.idle.splice(at, 1);
    });
    return process;
  }

  private take(job: PictureJob, { reply, parts }: Answer): void {
    switch (reply.kind) {
      case 'done':
        return job.resolve({ header: reply.header, parts });
      case 'needs':
        return this.again(job, reply.bytes);
      case 'failed':
        if (reply.code !== null) return job.reject(new ItemError(reply.code, reply.message));
        return job.reject(new Error(`the decoder process failed: ${reply.message}`));
    }
  }

  /** @param wasSent away: it was ended to make room */
  private mourn(job: PictureJob, how: string, wasSentAway: boolean): void {
    const { maxDecodeBytes } = this.options;
    if (how === TOO_MUCH_MEMORY) {
      if (job.grantedBytes >= maxDecodeBytes) job.reject(tooMuch(maxDecodeBytes));
      else this.again(job, job.grantedBytes * 4);
    } else if (wasSentAway) this.again(job, job.grantedBytes);
    else if (++job.deaths < 2) this.again(job, job.grantedBytes);
    else job.reject(crashed(how));
  }

  private again(job: PictureJob, neededBytes: number): void {
    if (job.isSettled) return;
    job.grantedBytes = Math.min(neededBytes, this.options.maxDecodeBytes);
    job.isHeavy ||= job.grantedBytes > this.quickBytes;
    this.waiting.putBack(job);
  }

  private stop(job: PictureJob, error: ItemError): void {
    job.reject(error);
    this.running.get(job)?.kill();
  }

  private putBack(process: DecoderProcess, rssBytes: number): void {
    if (this.closed || rssBytes > KEPT_RSS_BYTES) return process.kill();
    this.rssOf.set(process, rssBytes);
    this.idle.push(process);
    setTimeout(() => {
      const at = this.idle.indexOf(process);
      if (at < 0) return;
      this.idle.splice(at, 1);
      process.kill();
    }, IDLE_MS).unref();
  }
}
