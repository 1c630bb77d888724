import { ItemError, sentence } from '@wentu/domain';
import type { Task } from '../decoder/frames';
import type { Queued } from './fair-queue';
import { estimateWork } from './estimate-work';

/** Who a picture is decoded for: a caller who waits for the answer (a search, a thumbnail), or a load. */
export type Share = 'asked' | 'load';

export interface Decoded {
  readonly header: object;
  readonly parts: Readonly<Record<string, Uint8Array>>;
}

/** While both wait, callers get four times as much work done as loads. */
const WEIGHTS: Record<Share, number> = { asked: 4, load: 1 };
const LARGE_PIXELS = 8_000_000;
/** The fixed cost of every picture, in pixels. */
const FIXED_PIXELS = 200_000;

/** A picture that waits for a decoder process or is being decoded. */
export class PictureJob implements Queued {
  readonly cost: number;
  readonly weight: number;
  /** Memory that the job may use in addition to the memory of its process, in bytes. */
  grantedBytes: number;
  /** Heavy jobs share a part of the memory and of the processes, so that they do not delay ordinary jobs. */
  isHeavy: boolean;
  /** The number of decoder processes that died while they decoded this picture. */
  deaths = 0;
  startedAtMs = 0;
  /** Called when the first process has it. */
  onStart = (): void => undefined;
  isSettled = false;
  private readonly isLarge: boolean;

  constructor(
    readonly task: Task,
    readonly file: Uint8Array,
    readonly share: Share,
    quickBytes: number,
    private readonly end: { resolve(decoded: Decoded): void; reject(error: unknown): void },
  ) {
    const { pixels, bytes, isSlow } = estimateWork(file);
    this.cost = (FIXED_PIXELS + pixels) / 1_000_000;
    this.weight = WEIGHTS[share];
    this.isLarge = pixels > LARGE_PIXELS;
    this.isHeavy = isSlow || bytes > quickBytes;
    this.grantedBytes = Math.max(quickBytes, bytes);
  }

  /** Small pictures have their own queue, so that many large pictures do not delay them. */
  get flow(): string {
    return `${this.share}/${this.isHeavy ? HEAVY : this.isLarge ? LARGE : 'small'}`;
  }

  resolve(decoded: Decoded): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.end.resolve(decoded);
  }

  reject(error: unknown): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.end.reject(error);
  }
}

const [HEAVY, LARGE] = ['heavy', 'large'];

export function isHeavyFlow(flow: string): boolean {
  return flow.endsWith(HEAVY);
}

export function isLargeFlow(flow: string): boolean {
  return flow.endsWith(LARGE);
}

export function crashed(how: string): ItemError {
  const message = sentence('PICTURE_CRASHED', { how });
  return new ItemError('CRASHED', message);
}

export function tooSlow(timeoutMs: number): ItemError {
  const message = sentence('PICTURE_TOO_SLOW', { seconds: timeoutMs / 1000 });
  return new ItemError('DECODE_FAILED', message);
}

export function tooMuchMemory(maxBytes: number): ItemError {
  const message = sentence('PICTURE_TOOK_MEMORY', { maxMib: Math.floor(maxBytes / 1024 / 1024) });
  return new ItemError('TOO_LARGE', message);
}
