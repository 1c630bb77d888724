import { InferenceSession, Tensor } from 'onnxruntime-node';
import { nearestModel } from './onnx-model';

/** The best rows of one matrix for each query, best first. */
export interface NearestRows {
  /** Dot products, `[queries, k]`. */
  readonly scores: Float32Array;
  /** Row numbers, `[queries, k]`. */
  readonly rows: BigInt64Array;
}

/** The ONNX Runtime session of all indexes: `run` blocks the calling thread for the whole product. */
export class NearestSession {
  private constructor(private readonly session: InferenceSession) {}

  static async open(threads: number): Promise<NearestSession> {
    const session = await InferenceSession.create(nearestModel(), {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // The scores of one run are megabytes, and as large as the collection: give them back instead of keeping the
      // peak.
      enableCpuMemArena: false,
      enableMemPattern: false,
      // Waiting threads must not burn the cores that the load worker needs.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    return new NearestSession(session);
  }

  /**
   * @param queries `[n, dimension]`
   * @param matrix `[rows, dimension]`, read in place
   * @param k at most the number of rows
   */
  async run(queries: Float32Array, matrix: Float32Array, dimension: number, k: number): Promise<NearestRows> {
    const { values, indices } = await this.session.run({
      queries: new Tensor('float32', queries, [queries.length / dimension, dimension]),
      vectors: new Tensor('float32', matrix, [matrix.length / dimension, dimension]),
      k: new Tensor('int64', BigInt64Array.of(BigInt(k)), [1]),
    });
    return { scores: values?.data as Float32Array, rows: indices?.data as BigInt64Array };
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
