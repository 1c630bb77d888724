import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelInfo, NewSpace } from '@wentu/domain';
import { dot } from '@wentu/search';
import { z } from 'zod';
import { calibrationPictures } from './calibration';
import { ModelValues } from './model-values';

/** For a model that cannot be measured: it is not installed any more, or there are no shipped pictures. */
const UNMEASURED = 0.97;
/** Photographs are more alike than the shipped pictures, most of which are drawings. */
const LEAST = 0.9;
/** A model that finds different pictures more alike than this one cannot find near ones at all. */
const MOST = 0.999;

export interface NearSimilaritiesTools {
  /** The folder of the shipped pictures. */
  readonly samples: string;
  /** Measured values are stored in this folder. */
  readonly dataDir: string;
  /** The file of the values that come with Wentu, for the shipped model. */
  readonly shipped: string;
  readonly modelOf: (space: NewSpace) => Promise<Pick<ModelInfo, 'space' | 'preprocessing'> | null>;
  readonly encodePicture: (bytes: Uint8Array, space: NewSpace, signal?: AbortSignal) => Promise<Float32Array>;
}

/**
 * From which cosine on two images show the same picture. Each model has its own range of similarities, so it is
 * measured on the shipped pictures, once for a model: the middle between the similarity of the two different ones that
 * are most alike and that of equal ones, and LEAST at least. Some of them are drawings of one family, which look alike.
 * docs/benchmarks.md has the precision and the recall.
 */
export class NearSimilarities {
  private readonly values: ModelValues<number>;

  constructor(private readonly tools: NearSimilaritiesTools) {
    const { dataDir, shipped } = tools;
    this.values = new ModelValues({ dataDir, shipped, name: 'near-similarities.json' }, z.number());
  }

  /** The first call for a model takes as long as encoding 120 pictures. */
  async of(space: NewSpace, signal?: AbortSignal): Promise<number> {
    const { samples, modelOf } = this.tools;
    const model = await modelOf(space);
    if (!model) return UNMEASURED;
    const known = await this.values.find(model);
    if (known !== null) return known;
    if (!existsSync(samples)) return UNMEASURED;
    const measured = await this.measure(space, signal);
    await this.values.store(model, measured);
    return measured;
  }

  private async measure(space: NewSpace, signal: AbortSignal | undefined): Promise<number> {
    const { samples, encodePicture } = this.tools;
    const vectors: Float32Array[] = [];
    for (const picture of await calibrationPictures(samples)) {
      signal?.throwIfAborted();
      vectors.push(await encodePicture(await readFile(join(samples, picture)), space, signal));
    }
    const similarities = vectors.flatMap((vector, i) => vectors.slice(i + 1).map((other) => dot(vector, other)));
    return Math.min(MOST, Math.max(LEAST, (Math.max(...similarities) + 1) / 2));
  }
}
