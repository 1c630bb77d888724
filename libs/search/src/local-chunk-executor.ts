import {
  WentuError,
  type BrokenPicture,
  type ChunkExecutor,
  type ChunkPicture,
  type ChunkResult,
  type EncodedPicture,
  type ImageEncoder,
  type ImageInspector,
  type ImagePixels,
  type ImagePreparer,
} from '@wentu/domain';
import { describeItemFailure } from './describe-failure';
import { from, mapOrdered } from './streams';

/** While one chunk is encoded, another is decoded. */
const CHUNKS_IN_FLIGHT = 2;

export interface LocalExecutorTools {
  readonly preparer: ImagePreparer & ImageInspector;
  readonly encoder: ImageEncoder;
  /** Pictures decoded side by side. */
  readonly decodeConcurrency: number;
}

interface Decoded {
  readonly encoded: Omit<EncodedPicture, 'vector'>;
  /** To be encoded. */
  readonly pixels?: ImagePixels;
}

/** Decoders and image encoder of this process. */
export class LocalChunkExecutor implements ChunkExecutor {
  constructor(
    private readonly tools: LocalExecutorTools,
    readonly chunksInFlight = CHUNKS_IN_FLIGHT,
  ) {}

  stepsOf(bytes: Uint8Array): string {
    return this.tools.encoder.model.preprocessing + this.tools.preparer.revisionOf(bytes);
  }

  async execute(pictures: readonly ChunkPicture[], signal: AbortSignal): Promise<ChunkResult[]> {
    const decoded: (Decoded | BrokenPicture)[] = [];
    const decoding = mapOrdered(from(pictures), this.tools.decodeConcurrency, (each) => this.decode(each, signal));
    for await (const each of decoding) decoded.push(each);
    const pixels = decoded.flatMap((each) => ('pixels' in each && each.pixels ? [each.pixels] : []));
    const vectors = pixels.length === 0 ? [] : await this.tools.encoder.encodeImages(pixels, signal);
    let next = 0;
    return decoded.map((each): ChunkResult => {
      if ('failure' in each) return each;
      return each.pixels ? { ...each.encoded, vector: vectors[next++] as Float32Array } : each.encoded;
    });
  }

  private async decode(
    { bytes, vector, preview }: ChunkPicture,
    signal: AbortSignal,
  ): Promise<Decoded | BrokenPicture> {
    const { preparer } = this.tools;
    try {
      signal.throwIfAborted();
      // Only pixels and previews need the whole picture.
      if (!vector && !preview) return { encoded: { header: await preparer.inspect(bytes, signal) } };
      const { pixels, preview: small, ...header } = await preparer.prepare(bytes, { preview }, signal);
      return { encoded: { header, ...(small ? { preview: small } : {}) }, ...(vector ? { pixels } : {}) };
    } catch (error) {
      // Not the picture's fault: the load has been stopped, or its decoders have.
      signal.throwIfAborted();
      if (error instanceof WentuError) throw error;
      return { failure: describeItemFailure(error) };
    }
  }
}
