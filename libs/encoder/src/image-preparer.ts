import type { ImageInspector, ImagePreparer, IsolatedPreparer } from '@wentu/domain';
import { PictureReader, pixelsRevision, type PictureOptions } from '@wentu/picture';

export interface ImagePreparerOptions extends Omit<PictureOptions, 'maxDecodeBytes'> {
  /** The memory limit for decoding one picture, in bytes; 2 GiB by default. */
  readonly maxDecodeBytes?: number;
  /** The time limit for a picture that is decoded in a separate process; one minute by default. */
  readonly decodeTimeoutMs?: number;
}

export interface ClosablePreparer extends ImagePreparer, ImageInspector, IsolatedPreparer {
  /** Ends the decoder processes. They also end by themselves. */
  close(): void;
}

const DEFAULTS = { maxDecodeBytes: 2 * 1024 ** 3, decodeTimeoutMs: 60_000 };

/**
 * Decodes every format that @wentu/picture reads, and resizes as Pillow does. An animation gives its first frame that
 * is not empty.
 */
export function createImagePreparer(options: ImagePreparerOptions): ClosablePreparer {
  const { decodeTimeoutMs, ...picture } = { ...DEFAULTS, ...options };
  const reader = new PictureReader({ ...picture, timeoutMs: decodeTimeoutMs });
  return {
    inspect: async (bytes) => await reader.inspect(bytes, picture),
    prepare: async (bytes, { preview }) => await reader.prepare(bytes, picture, preview),
    prepareIsolated: async (bytes, { preview }) => await reader.prepareIsolated(bytes, picture, preview),
    revisionOf: pixelsRevision,
    close: () => reader.close(),
  };
}
