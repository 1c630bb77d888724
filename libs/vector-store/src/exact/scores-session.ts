import { InferenceSession, Tensor } from 'onnxruntime-node';
import { scoresModel } from './scores-model';

/** The matrix product on ONNX Runtime. `run` blocks the calling thread. */
export class ScoresSession {
  private constructor(private readonly session: InferenceSession) {}

  static async open(threads: number): Promise<ScoresSession> {
    const session = await InferenceSession.create(scoresModel(), {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    return new ScoresSession(session);
  }

  /** @param queries `[n, dimension]` @param rows `[m, dimension]` @returns dot products, `[n, m]` */
  async run(queries: Float32Array, rows: Float32Array, dimension: number): Promise<Float32Array> {
    const { scores } = await this.session.run({
      queries: new Tensor('float32', queries, [queries.length / dimension, dimension]),
      vectors: new Tensor('float32', rows, [rows.length / dimension, dimension]),
    });
    return scores?.data as Float32Array;
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
