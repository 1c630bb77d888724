import type { ImageInspector, ImagePreparer, IsolatedPreparer } from '@wentu/domain';
import { PictureReader, pixelsRevision, type PictureOptions } from '@wentu/picture';

export interface ImagePreparerOptions extends Omit<PictureOptions, 'maxDecodeBytes'> {
  /** Most memory that the decoding of one picture may take, in bytes; 2 GiB without. */
  readonly maxDecodeBytes?: number;
  /** Most time for a picture that is decoded in a process of its own; a minute without. */
  readonly decodeTimeoutMs?: number;
}

export interface ClosablePreparer extends ImagePreparer, ImageInspector, IsolatedPreparer {
  /** Ends its processes; they also end by themselves. */
  close(): void;
}

const DEFAULTS = { maxDecodeBytes: 2 * 1024 ** 3, decodeTimeoutMs: 60_000 };

/**
 * Decodes what @wentu/picture reads, and resizes as Pillow does. The first frame of what moves that shows something.
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
