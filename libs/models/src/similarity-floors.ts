import type { ModelInfo, NewSpace, TextEncoders } from '@wentu/domain';
import { similarityFloor } from './similarity-floor';

export interface FloorsTools {
  /** The folder of the sample pictures. */
  readonly samples: string;
  readonly dataDir: string;
  readonly encoders: TextEncoders;
  readonly encodePicture: (bytes: Uint8Array, space: NewSpace) => Promise<Float32Array>;
  readonly onError: (error: unknown) => void;
}

/** The similarity floor of each model that was measured. Measures one model at a time. */
export class SimilarityFloors {
  private readonly measured = new Map<string, number | null>();
  private readonly running = new Set<string>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly tools: FloorsTools) {}

  /** The floor of the server's own model; null until it has been measured. */
  get own(): number | null {
    return this.measured.get(keyOf(this.tools.encoders.own.model)) ?? null;
  }

  /** Measures the floor of the own model. It takes as long as encoding 120 pictures; the result is stored. */
  async measureOwn(): Promise<void> {
    const { model } = this.tools.encoders.own;
    await this.measure({ model: model.name, space: model.space, dimension: model.dimension });
  }

  /**
   * The first call starts the measurement.
   * @returns null until the floor has been measured, and when no model makes the space
   */
  async of(space: NewSpace): Promise<number | null> {
    const key = keyOf(space);
    const known = this.measured.get(key);
    if (known !== undefined) return known;
    if (!this.running.has(key) && (await this.tools.encoders.of(space)) && !this.running.has(key))
      this.measure(space).catch(this.tools.onError);
    return null;
  }

  private async measure(space: NewSpace): Promise<void> {
    const key = keyOf(space);
    this.running.add(key);
    const { samples, dataDir, encoders, encodePicture } = this.tools;
    const work = this.last.then(async () => {
      const encoder = await encoders.of(space);
      if (!encoder || this.measured.has(key)) return;
      const encode = async (bytes: Uint8Array): Promise<Float32Array> => await encodePicture(bytes, space);
      this.measured.set(key, await similarityFloor({ samples, dataDir, encoder, encodePicture: encode }));
    });
    this.last = work.catch(() => undefined);
    await work.finally(() => this.running.delete(key));
  }
}

function keyOf({ space, dimension }: Pick<ModelInfo, 'space' | 'dimension'>): string {
  return JSON.stringify([space, dimension]);
}
