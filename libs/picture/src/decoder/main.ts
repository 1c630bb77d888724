import { readSync, writeFileSync, writeSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ItemError } from '@wentu/domain';
import sharp from 'sharp';
import { readBoundedPixels } from '../bounded-pixels';
import { NeedsMemory, type Granted } from '../limits';
import { inspectPicture, preparePicture, readExifFields } from '../read-picture';
import { renderPicture } from '../render-picture';
import { decodePrefix, encodeHead, PREFIX_BYTES, type Reply, type Request, type Task } from './frames';
import type { WatchdogData } from './watchdog';

/**
 * Entry of a process that decodes one picture at a time. Between two tasks it blocks in a read, so that it ends at once
 * when the other end of its channel closes. During a task, the watchdog monitors it.
 */
const CHANNEL = 3;
const MIB = 1024 * 1024;

/** Fills the buffer. @returns false when the other end is closed */
function readFully(buffer: Buffer): boolean {
  for (let at = 0; at < buffer.length;) {
    const count = readSync(CHANNEL, buffer, at, buffer.length - at, null);
    if (count === 0) return false;
    at += count;
  }
  return true;
}

function readRequest(): { request: Request; file: Buffer } | null {
  const prefix = Buffer.allocUnsafe(PREFIX_BYTES);
  if (!readFully(prefix)) return null;
  const { headBytes, bodyBytes } = decodePrefix(prefix);
  const [head, file] = [Buffer.allocUnsafe(headBytes), Buffer.allocUnsafeSlow(bodyBytes)];
  if (!readFully(head) || !readFully(file)) return null;
  return { request: JSON.parse(head.toString()) as Request, file };
}

function write(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(CHANNEL, bytes, at);
}

interface Result {
  readonly header: object;
  readonly parts: readonly (readonly [name: string, bytes: Uint8Array])[];
}

async function run(task: Task, file: Buffer, grant: Granted): Promise<Result> {
  switch (task.kind) {
    case 'inspect':
      return { header: await inspectPicture(file, { ...task.options, ...grant }), parts: [] };
    case 'prepare': {
      const { pixels, preview, ...header } = await preparePicture(file, { ...task.options, ...grant }, task);
      return { header, parts: [['pixels', pixels], ...(preview ? [['preview', preview] as const] : [])] };
    }
    case 'render': {
      const bytes = await renderPicture(file, { ...task.limits, ...grant }, task.rendition);
      return { header: {}, parts: [['bytes', bytes]] };
    }
    case 'exif':
      return { header: { fields: await readExifFields(file, { ...task.limits, ...grant }) }, parts: [] };
    case 'pixels': {
      const { data, ...size } = await readBoundedPixels(file, { ...task.limits, ...grant }, task.bounds);
      return { header: size, parts: [['data', data]] };
    }
  }
}

function failure(error: unknown): Reply {
  const rssBytes = process.memoryUsage.rss();
  if (error instanceof NeedsMemory) return { kind: 'needs', bytes: error.bytes, rssBytes };
  if (error instanceof ItemError)
    return { kind: 'failed', code: error.code, message: error.message, detail: error.detail, rssBytes };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'failed', code: null, message: message.slice(0, 10_000), rssBytes };
}

async function answer({ task, grantedBytes }: Request, file: Buffer): Promise<void> {
  const result = await run(task, file, { grantedBytes }).catch(failure);
  if (!('parts' in result) || 'kind' in result) return write(encodeHead(result, 0));
  const { header, parts } = result;
  const lengths = parts.map(([name, { length }]) => ({ name, length }));
  const reply: Reply = { kind: 'done', header, parts: lengths, rssBytes: process.memoryUsage.rss() };
  const body = lengths.reduce((sum, { length }) => sum + length, 0);
  write(encodeHead(reply, body));
  for (const [, bytes] of parts) write(bytes);
}

/** Gives other processes priority. If memory runs out, the system ends this process first. */
function lowerPriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Systems that do not allow it decode at normal priority.
  }
  try {
    writeFileSync('/proc/self/oom_score_adj', '800');
  } catch {
    // Only Linux has this file.
  }
}

async function main(): Promise<void> {
  lowerPriority();
  // A process decodes one picture at a time. More threads would compete with the threads of the encoder.
  sharp.concurrency(1);
  sharp.cache(false);
  // Ctrl-C goes to all processes of a terminal, and a signal of a service manager to all processes of a service. The
  // parent process decides when this process ends.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  const maxMib = new Int32Array(new SharedArrayBuffer(4));
  const workerData: WatchdogData = { parent: Number(process.argv[2]), maxMib };
  new Worker(require.resolve('./watchdog'), { workerData }).unref();
  for (let next = readRequest(); next !== null; next = readRequest()) {
    Atomics.store(maxMib, 0, Math.ceil(next.request.maxRssBytes / MIB));
    await answer(next.request, next.file);
    Atomics.store(maxMib, 0, 0);
  }
}

// The other end has closed, or a message is broken: there is nobody to report an error to.
void main().finally(() => process.exit());
