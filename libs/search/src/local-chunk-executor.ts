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

/** One chunk is decoded while another one is encoded. */
const CHUNKS_IN_FLIGHT = 2;

export interface LocalExecutorTools {
  readonly preparer: ImagePreparer & ImageInspector;
  readonly encoder: ImageEncoder;
  /** Number of pictures that are decoded at the same time. */
  readonly decodeConcurrency: number;
}

interface Decoded {
  readonly encoded: Omit<EncodedPicture, 'vector'>;
  /** Present if the vector is needed. */
  readonly pixels?: ImagePixels;
}

/** Executes chunks with the decoders and the image encoder of this process. */
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
      // Without pixels and preview, the header is enough.
      if (!vector && !preview) return { encoded: { header: await preparer.inspect(bytes, signal) } };
      const { pixels, preview: small, ...header } = await preparer.prepare(bytes, { preview }, signal);
      return { encoded: { header, ...(small ? { preview: small } : {}) }, ...(vector ? { pixels } : {}) };
    } catch (error) {
      // The picture is not the cause: the load was stopped, or the decoders have ended.
      signal.throwIfAborted();
      if (error instanceof WentuError) throw error;
      return { failure: describeItemFailure(error) };
    }
  }
}
