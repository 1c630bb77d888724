import { createHash } from 'node:crypto';

export interface FingerprintInput {
  /** SHA-256 of the picture's bytes, hex. */
  readonly contentHash: string;
  /** Identity of the embedding space. */
  readonly space: string;
  readonly isCopied: boolean;
  /** The feature that the source gave, or the processing steps from the bytes to the vector. */
  readonly vectorFrom: Float32Array | string;
}

/**
 * Fingerprints are equal when all inputs of a row and its embedding are equal: bytes, space, preprocessing, given
 * feature, and whether the original is copied.
 */
export function fingerprintOf({ contentHash, space, isCopied, vectorFrom }: FingerprintInput): string {
  const hash = createHash('sha256').update(`${contentHash}\n${space}\n${isCopied ? 'copied' : 'reference'}\n`);
  if (typeof vectorFrom === 'string') hash.update(vectorFrom);
  else hash.update(new Uint8Array(vectorFrom.buffer, vectorFrom.byteOffset, vectorFrom.byteLength));
  return hash.digest('hex');
}
