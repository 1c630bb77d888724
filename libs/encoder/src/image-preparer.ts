import type { ImageInspector, ImagePreparer } from '@wentu/domain';
import {
  PicturePool,
  pixelsRevision,
  quickHeader,
  type PictureDecoder,
  type PictureOptions,
  type Share,
} from '@wentu/picture';

export interface ImagePreparerOptions extends Omit<PictureOptions, 'maxDecodeBytes'> {
  /** The memory limit for decoding, in bytes; 2 GiB by default. */
  readonly maxDecodeBytes?: number;
  /** The time limit for a picture; one minute by default. */
  readonly decodeTimeoutMs?: number;
}

export interface ClosablePreparer extends ImagePreparer, ImageInspector {
  /** Ends the decoder processes that it started. They also end by themselves. */
  close(): void;
}

/** Decoder processes that several preparers may share, and whether searches or loads wait for this preparer. */
export interface SharedDecoder {
  readonly decoder: PictureDecoder;
  readonly share: Share;
}

const DEFAULTS = { maxDecodeBytes: 2 * 1024 ** 3, decodeTimeoutMs: 60_000 };

/**
 * Decodes every format that @wentu/picture reads, and resizes as Pillow does. An animation gives its first frame that
 * is not empty.
 * @param shared a decoder that others use too; without it the preparer starts its own processes
 */
export function createImagePreparer(options: ImagePreparerOptions, shared?: SharedDecoder): ClosablePreparer {
  const { decodeTimeoutMs, ...picture } = { ...DEFAULTS, ...options };
  const own = shared ? null : new PicturePool({ ...picture, timeoutMs: decodeTimeoutMs });
  const { decoder, share } = shared ?? { decoder: own as PicturePool, share: 'load' };
  return {
    inspect: async (bytes, signal) =>
      quickHeader(bytes, picture) ?? (await decoder.inspect(bytes, picture, share, signal)),
    prepare: async (bytes, { preview }, signal) => await decoder.prepare(bytes, picture, preview, share, signal),
    revisionOf: pixelsRevision,
    close: () => own?.close(),
  };
}
