import type { LoadFailure } from './load';
import type { ImageHeader } from './model';

/** One picture of a chunk, and what is wanted of it besides its header. */
export interface ChunkPicture {
  readonly bytes: Uint8Array;
  /** False for a picture with a feature of its own. */
  readonly vector: boolean;
  /** A small JPEG. */
  readonly preview: boolean;
}

export interface EncodedPicture {
  readonly header: ImageHeader;
  /** L2-normalised, of the space's dimension; there when it was wanted. */
  readonly vector?: Float32Array;
  /** There when it was wanted. */
  readonly preview?: Uint8Array;
}

/** Code and message of a line of the ledger: what is wrong with this picture. */
export interface BrokenPicture {
  readonly failure: Pick<LoadFailure, 'code' | 'message'>;
}

export type ChunkResult = EncodedPicture | BrokenPicture;

/**
 * Turns the bytes of pictures into what rows and an index need: decodes, resizes and encodes. Its input and output are
 * plain data, so it may run in another process or on another machine. It writes nothing: the same chunk may be executed
 * again, there or elsewhere, with the same result.
 */
export interface ChunkExecutor {
  /** How many chunks it works on side by side. Each costs memory: its pictures' bytes and pixels. At least 1. */
  readonly chunksInFlight: number;
  /**
   * Names the steps from these bytes to their vector: part of what makes a picture "unchanged". Bytes of different
   * formats may have different steps.
   */
  stepsOf(bytes: Uint8Array): string;
  /**
   * One result a picture, in their order. Leaves the bytes as they are.
   * @throws the signal's reason; WentuError when pictures cannot be decoded or encoded now, whatever they are
   */
  execute(pictures: readonly ChunkPicture[], signal: AbortSignal): Promise<ChunkResult[]>;
}
