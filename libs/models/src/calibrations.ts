import type { ModelInfo, NewSpace, TextEncoders } from '@wentu/domain';
import type { RelevanceScale } from '@wentu/search';
import { calibrate, storedCalibration, type Calibration } from './calibration';

export interface CalibrationsTools {
  /** The folder of the sample pictures. */
  readonly samples: string;
  readonly dataDir: string;
  /** The file of the calibrations that come with Wentu. */
  readonly shipped: string;
  readonly encoders: TextEncoders;
  readonly encodePicture: (bytes: Uint8Array, space: NewSpace) => Promise<Float32Array>;
  readonly onError: (error: unknown) => void;
}

/** The calibration of each model that was measured. Measures one model at a time. */
export class Calibrations {
  private readonly measured = new Map<string, Calibration | null>();
  private readonly running = new Set<string>();
  private last: Promise<unknown> = Promise.resolve();
  private measures = false;

  constructor(private readonly tools: CalibrationsTools) {}

  /** The similarity floor of the server's own model; null until it has been measured. */
  get ownFloor(): number | null {
    return this.measured.get(keyOf(this.tools.encoders.own.model))?.floor ?? null;
  }

  /**
   * Measures the own model; it takes as long as encoding 120 pictures, and the result is stored. From then on other
   * models are measured when they are asked for. A process that does not call this uses stored results only.
   */
  async measureOwn(): Promise<void> {
    this.measures = true;
    const { model } = this.tools.encoders.own;
    await this.measure({ model: model.name, space: model.space, dimension: model.dimension });
  }

  /** The cosine below which an image hardly matches a text. @returns null until the model has been measured */
  async floorOf(space: NewSpace): Promise<number | null> {
    return (await this.of(space))?.floor ?? null;
  }

  /** @returns null until the model has been measured */
  async scaleOf(space: NewSpace): Promise<RelevanceScale | null> {
    return (await this.of(space))?.scale ?? null;
  }

  private async of(space: NewSpace): Promise<Calibration | null> {
    const key = keyOf(space);
    const known = this.measured.get(key);
    if (known !== undefined) return known;
    const encoder = this.running.has(key) ? null : await this.tools.encoders.of(space);
    if (!encoder) return null;
    const stored = await storedCalibration({ ...this.tools, encoder });
    if (stored) this.measured.set(key, stored);
    else if (this.measures && !this.running.has(key)) this.measure(space).catch(this.tools.onError);
    return stored;
  }

  private async measure(space: NewSpace): Promise<void> {
    const key = keyOf(space);
    this.running.add(key);
    const { encoders, encodePicture } = this.tools;
    const work = this.last.then(async () => {
      const encoder = await encoders.of(space);
      if (!encoder || this.measured.has(key)) return;
      const encode = async (bytes: Uint8Array): Promise<Float32Array> => await encodePicture(bytes, space);
      this.measured.set(key, await calibrate({ ...this.tools, encoder, encodePicture: encode }));
    });
    this.last = work.catch(() => undefined);
    await work.finally(() => this.running.delete(key));
  }
}

function keyOf({ space, dimension }: Pick<ModelInfo, 'space' | 'dimension'>): string {
  return JSON.stringify([space, dimension]);
}
