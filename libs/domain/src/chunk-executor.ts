import type { LoadFailure } from './load';
import type { ImageHeader } from './model';

/** One picture of a chunk. The flags name the results that are needed besides the header. */
export interface ChunkPicture {
  readonly bytes: Uint8Array;
  /** Whether the vector is needed. A picture whose feature is given needs none. */
  readonly vector: boolean;
  /** Whether a small JPEG is needed. */
  readonly preview: boolean;
}

export interface EncodedPicture {
  readonly header: ImageHeader;
  /** L2-normalised, of the space's dimension. Present if it was requested. */
  readonly vector?: Float32Array;
  /** Present if it was requested. */
  readonly preview?: Uint8Array;
}

/** A picture that could not be encoded: code and message for its line in the ledger. */
export interface BrokenPicture {
  readonly failure: Omit<LoadFailure, 'item'>;
}

export type ChunkResult = EncodedPicture | BrokenPicture;

/**
 * Decodes, resizes and encodes pictures: file bytes become header, vector and preview. Input and output are plain data,
 * so an executor may run in another process or on another machine. It writes nothing, so a chunk may be executed again,
 * by the same or another executor, with the same result.
 */
export interface ChunkExecutor {
  /**
   * Number of chunks that it executes at the same time, at least 1. Each chunk needs memory for the bytes and pixels of
   * its pictures.
   */
  readonly chunksInFlight: number;
  /**
   * Identifies the processing steps from these bytes to their vector. It is part of the fingerprint that decides
   * whether a picture is unchanged. Different file formats may have different steps.
   */
  stepsOf(bytes: Uint8Array): string;
  /**
   * Returns one result per picture, in the same order. It does not change the bytes.
   * @throws the signal's reason; WentuError when no picture can be decoded or encoded now, whatever its content
   */
  execute(pictures: readonly ChunkPicture[], signal: AbortSignal): Promise<ChunkResult[]>;
}
