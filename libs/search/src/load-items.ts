import type {
  BrokenItem,
  ChunkResult,
  DatasetEntry,
  DatasetItem,
  GivenFrom,
  LoadFailure,
  NewImage,
  Original,
} from '@wentu/domain';
import type { HashedItem, Identity } from './image-identity';

export interface ReadItem extends HashedItem {
  readonly bytes: Uint8Array;
  readonly given: GivenFrom | undefined;
}
/** A picture that could not be read. */
export interface Unreadable {
  readonly entry: DatasetItem;
  readonly failure: LoadFailure;
}
export interface Identified extends ReadItem {
  readonly identity: Identity;
}
/** The changed pictures of a chunk; empty if none has changed. */
export type Changed = readonly Identified[];
export interface Executed extends Omit<Identified, 'bytes'> {
  readonly sizeBytes: number;
  readonly result: ChunkResult;
  /** Bytes to copy into the store; undefined for an original by reference. */
  readonly data: Uint8Array | undefined;
}

/** An image that is ready to be written. */
export interface Encoded {
  readonly image: NewImage;
  readonly vector: Float32Array;
  readonly fingerprint: string;
  /** Bytes to copy into the store; undefined for an original by reference. */
  readonly data: Uint8Array | undefined;
}

export function isBroken(entry: DatasetEntry): entry is BrokenItem {
  return 'error' in entry;
}

export function sameOriginal(a: Original, b: Original): boolean {
  if (a.kind === 'copied' || b.kind === 'copied') return a.kind === b.kind;
  return a.path === b.path && a.modifiedAtMs === b.modifiedAtMs;
}
