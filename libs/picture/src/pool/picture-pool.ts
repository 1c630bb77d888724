import { availableParallelism } from 'node:os';
import {
  ItemError,
  UnavailableError,
  sentence,
  type ExifField,
  type ImageHeader,
  type PreparedImage,
} from '@wentu/domain';
import { currentScope, measure, nowMs } from '@wentu/telemetry';
import type { PixelBounds } from '../bounded-pixels';
import type { Task } from '../decoder/frames';
import { TOO_MUCH_MEMORY } from '../decoder/too-much-memory';
import { checkBytes, type PictureLimits } from '../limits';
import type { PictureOptions } from '../read-picture';
import type { Rendition } from '../render-picture';
import type { RgbImage } from '../resample';
import { DecoderProcess, DecoderDied } from './decoder-process';
import { FairQueue } from './fair-queue';
import {
  crashed,
  isHeavyFlow,
  isLargeFlow,
  PictureJob,
  tooMuchMemory,
  tooSlow,
  type Decoded,
  type Share,
} from './picture-job';
import type { Answer } from './reply-reader';

/** Decodes pictures in separate processes. Other threads call it through worker-rpc. */
export interface PictureDecoder {
  /** Checks that the picture can be decoded completely, and returns its header. @throws ItemError */
  inspect(file: Uint8Array, options: PictureOptions, share: Share, signal?: AbortSignal): Promise<ImageHeader>;
  /** Makes the input of the image tower, `[imageSize, imageSize, 3]`, and the preview. @throws ItemError */
  prepare(
    file: Uint8Array,
    options: PictureOptions,
    preview: boolean,
    share: Share,
    signal?: AbortSignal,
  ): Promise<PreparedImage>;
  /** Renders the picture for display, from the frame that the encoder uses. @throws ItemError */
  render(file: Uint8Array, rendition: Rendition, signal?: AbortSignal): Promise<Uint8Array>;
  /** Decodes to upright sRGB pixels, `[height, width, 3]`, reduced to the bounds. @throws ItemError */
  pixels(file: Uint8Array, bounds: PixelBounds, share: Share, signal?: AbortSignal): Promise<RgbImage>;
  /** The fields of its EXIF block, as texts. @throws ItemError */
  exif(file: Uint8Array, signal?: AbortSignal): Promise<ExifField[]>;
}

export interface PicturePoolOptions extends PictureLimits {
  /** Time limit of one picture, from the time when a process has it. */
  readonly timeoutMs: number;
  /** Cores to decode with. Default: all cores of the machine. */
  readonly threads?: number;
  /** Pictures that are decoded at once. Default: by the number of cores. */
  readonly maxProcesses?: number;
}

const MIB = 1024 * 1024;
/** Memory that every job is granted: enough for a photograph of 21 million pixels that has to be rotated. */
const QUICK_BYTES = 128 * MIB;
/** A job that runs for longer than this counts as heavy. */
const QUICK_MS = 3_000;
/** A process with more resident memory than this after a picture is replaced, because WebAssembly keeps its memory. */
const KEPT_RSS_BYTES = 256 * MIB;
/** Resident memory of a process without a picture. */
const OWN_RSS_BYTES = 160 * MIB;
const IDLE_MS = 30_000;
/** A cancelled job may end within this time; then its process is killed. A new process takes as long to start. */
const GRACE_MS = 1_000;
const MAX_PROCESSES = 17;
/**
 * Limit of the pictures above 8 million pixels that are decoded at once. So their memory does not grow with the number
 * of cores: 1 GiB in all.
 */
const LARGE_AT_ONCE = 8;
const MAX_WAITING = 1_000;
const MAX_WAITING_BYTES = 256 * MIB;

/**
 * Decoder processes behind one queue for loads, searches and thumbnails. Ordinary jobs need no permission for memory,
 * and one process is reserved for them. Heavy jobs share the other processes and `maxDecodeBytes`. If a process
 * crashes, hangs or uses too much memory, only its picture fails. Processes start with the first picture. They end
 * after a time without pictures, or when this process ends; they do not keep this process alive.
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
    const limits = this.limitsOf(file);
    const { parts } = await this.run({ kind: 'render', limits, rendition }, file, 'asked', signal);
    return parts['bytes'] as Uint8Array;
  }

  async pixels(file: Uint8Array, bounds: PixelBounds, share: Share, signal?: AbortSignal): Promise<RgbImage> {
    const limits = this.limitsOf(file);
    const { header, parts } = await this.run({ kind: 'pixels', limits, bounds }, file, share, signal);
    return { ...(header as Pick<RgbImage, 'width' | 'height'>), data: parts['data'] as Uint8Array };
  }

  async exif(file: Uint8Array, signal?: AbortSignal): Promise<ExifField[]> {
    const { header } = await this.run({ kind: 'exif', limits: this.limitsOf(file) }, file, 'asked', signal);
    return (header as { readonly fields: ExifField[] }).fields;
  }

  /** @throws ItemError when the file is too large */
  private limitsOf(file: Uint8Array): PictureLimits {
    const { maxBytes, maxPixels, maxDecodeBytes } = this.options;
    checkBytes(file, { maxBytes });
    return { maxBytes, maxPixels, maxDecodeBytes };
  }

  /** Ends the processes. Pictures that wait or are being decoded fail. */
  close(): void {
    this.closed = true;
    const error = new UnavailableError('the picture decoders are closed: the process is ending');
    for (const job of [...this.waiting]) job.reject(error);
    for (const job of this.running.keys()) job.reject(error);
    for (const process of [...this.idle.splice(0), ...this.running.values()]) process.kill();
  }

  /** Ids of the running processes. */
  get pids(): number[] {
    return [...this.idle, ...this.running.values()].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  private async run(task: Task, file: Uint8Array, share: Share, signal: AbortSignal | undefined): Promise<Decoded> {
    signal?.throwIfAborted();
    if (this.closed) throw new UnavailableError('the picture decoders are closed: the process is ending');
    if (share === 'asked') this.checkRoom();
    const [scope, since] = [currentScope(), nowMs()];
    return await new Promise<Decoded>((resolve, reject) => {
      const onAbort = (): void => this.cancel(job, signal?.reason);
      const end =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener('abort', onAbort);
          settle(value);
        };
      const job = new PictureJob(task, file, share, this.quickBytes, { resolve: end(resolve), reject: end(reject) });
      job.onStart = () => {
        const now = nowMs();
        measure('decoderWait', (now - since) / 1_000, { share });
        scope?.trace.record('wait.decoder', since, now, scope.span);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(job);
      this.startWaiting();
    });
  }

  /**
   * A load queues only one chunk ahead, but the number of callers who wait has no other limit.
   * @throws UnavailableError
   */
  private checkRoom(): void {
    let [count, bytes] = [0, 0];
    for (const { share, file } of this.waiting) {
      if (share === 'asked') count++;
      bytes += file.length;
    }
    if (count < MAX_WAITING && bytes < MAX_WAITING_BYTES) return;
    throw new UnavailableError(sentence('DECODERS_BUSY', { count }));
  }

  private startWaiting(): void {
    while (!this.closed) {
      const job = this.next();
      if (!job) break;
      this.waiting.remove(job, true);
      void this.decode(job);
    }
    this.makeRoom();
    measure('decoderWaiting', this.waiting.length, {});
    this.measureRunning();
  }

  private measureRunning(): void {
    let grantedBytes = 0;
    for (const job of this.running.keys()) grantedBytes += job.grantedBytes;
    measure('decoderRunning', this.running.size, {});
    measure('decoderGrantedBytes', grantedBytes, {});
  }

  /** Ordinary jobs may use any process. Heavy jobs leave one process free, and wait for memory in their order. */
  private next(): PictureJob | undefined {
    const heavy = this.heavyJobs();
    if (this.running.size >= this.processLimit(heavy.length)) return undefined;
    const held = heavy.reduce((sum, { grantedBytes }) => sum + grantedBytes, 0);
    const first = this.waiting.peek(isHeavyFlow);
    const fits = first && (held === 0 || held + first.grantedBytes <= this.options.maxDecodeBytes);
    const takesHeavy = fits === true && heavy.length < Math.max(1, this.maxProcesses - 1);
    const large = [...this.running.keys()].filter(({ flow }) => isLargeFlow(flow)).length;
    const takesLarge = large < LARGE_AT_ONCE;
    return this.waiting.peek((flow) => (isHeavyFlow(flow) ? takesHeavy : takesLarge || !isLargeFlow(flow)));
  }

  /** Uses one process more than there are cores only while heavy jobs may keep some of them busy. */
  private processLimit(heavyCount: number): number {
    return heavyCount > 0 ? this.maxProcesses : Math.max(1, this.maxProcesses - 1);
  }

  private heavyJobs(): PictureJob[] {
    return [...this.running.keys()].filter(({ isHeavy }) => isHeavy);
  }

  /**
   * Marks a job that takes long as heavy, so that another process may start. If there are already as many heavy jobs as
   * allowed, its process is killed and the job waits again with the heavy jobs.
   */
  private makeRoom(): void {
    const waits = this.waiting.peek((flow) => !isHeavyFlow(flow));
    if (!waits || this.running.size < this.processLimit(this.heavyJobs().length)) return;
    const before = performance.now() - QUICK_MS;
    const long = [...this.running].find(([job]) => !job.isHeavy && job.startedAtMs < before);
    if (!long) return;
    const [job, process] = long;
    const hasRoom = this.heavyJobs().length < this.maxProcesses - 1;
    job.isHeavy = true;
    if (!hasRoom) process.kill();
  }

  private cancel(job: PictureJob, reason: unknown): void {
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
    if (job.deaths === 0) job.onStart();
    job.onStart = () => undefined;
    let outcome = 'done';
    const timers = [
      setTimeout(() => this.stop(job, tooSlow(timeoutMs)), timeoutMs),
      setTimeout(() => this.makeRoom(), QUICK_MS),
    ];
    const wasHeavy = job.isHeavy;
    const { task, file } = job;
    const maxRssBytes = Math.max(OWN_RSS_BYTES, this.rssOf.get(process) ?? 0) + job.grantedBytes;
    // A job that has the whole memory limit is decoded even if its header shows a larger need.
    const grantedBytes = job.grantedBytes < this.options.maxDecodeBytes ? job.grantedBytes : Number.MAX_SAFE_INTEGER;
    try {
      const answer = await process.run({ task, grantedBytes, maxRssBytes }, file);
      this.putBack(process, answer.reply.rssBytes);
      outcome = answer.reply.kind;
      this.take(job, answer);
    } catch (error) {
      outcome = 'died';
      measure('decoderDeaths', 1, {});
      if (!(error instanceof DecoderDied)) job.reject(error);
      else this.onDeath(job, error.how, !wasHeavy && job.isHeavy);
    } finally {
      for (const timer of timers) clearTimeout(timer);
      measure('decoderSeconds', (performance.now() - job.startedAtMs) / 1_000, { task: job.task.kind, outcome });
      this.running.delete(job);
      this.startWaiting();
    }
  }

  private processFor({ deaths }: PictureJob): DecoderProcess {
    // After a crash, the job gets a new process: earlier pictures may have damaged the used process.
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
        return this.retry(job, reply.bytes);
      case 'failed':
        if (reply.code !== null)
          return job.reject(new ItemError(reply.code, reply.message, { detail: reply.detail ?? null }));
        return job.reject(new Error(`the decoder process failed: ${reply.message}`));
    }
  }

  /** @param wasEvicted its process was killed to make room */
  private onDeath(job: PictureJob, how: string, wasEvicted: boolean): void {
    const { maxDecodeBytes } = this.options;
    if (how === TOO_MUCH_MEMORY) {
      if (job.grantedBytes >= maxDecodeBytes) job.reject(tooMuchMemory(maxDecodeBytes));
      else this.retry(job, job.grantedBytes * 4);
    } else if (wasEvicted) this.retry(job, job.grantedBytes);
    else if (++job.deaths < 2) this.retry(job, job.grantedBytes);
    else job.reject(crashed(how));
  }

  private retry(job: PictureJob, neededBytes: number): void {
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
