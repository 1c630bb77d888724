import {
  IndexMismatchError,
  InvalidInputError,
  type Collection,
  type Dataset,
  type ImageEncoder,
  type LoadOptions,
  type NewSpace,
} from '@wentu/domain';
import { checkFeatures, type FeatureModel } from './feature-check';
import { describeSpaces, isSameSpace } from './space';

export interface SpaceTools {
  readonly encoder: ImageEncoder;
  /** The installed model of this name, the server's own included; null when there is none. */
  findFeatureModel(name: string): Promise<FeatureModel | null>;
}

/**
 * Which embedding space the vectors of a source are in: the server's own, or that of features which were made
 * elsewhere.
 */
export class SourceSpaces {
  constructor(private readonly tools: SpaceTools) {}

  get own(): NewSpace {
    const { name, space, dimension } = this.tools.encoder.model;
    return { model: name, space, dimension };
  }

  /** @throws InvalidInputError, IndexMismatchError */
  async of(dataset: Dataset, options: LoadOptions): Promise<NewSpace> {
    const { own } = this;
    const { features } = dataset;
    if (!features) {
      if (options.featuresModel === undefined) return own;
      throw new InvalidInputError(
        `featuresModel is ${JSON.stringify(options.featuresModel)}, but ${dataset.directory} holds no feature file; leave it out`,
      );
    }
    const model = features.model ?? options.featuresModel ?? own.model;
    const installed = (await this.tools.findFeatureModel(model))?.info;
    // A model that is not installed is known by its name alone.
    const space = features.space ?? installed?.space ?? model;
    if (space === installed?.space && features.dimension !== installed.dimension) {
      throw new IndexMismatchError(
        `the features in ${dataset.directory} are ${features.dimension}-d; ${model}'s are ${installed.dimension}-d. ` +
          'Say which model made them with featuresModel, or remove the feature file and let the pictures be encoded here',
      );
    }
    return { model, space, dimension: features.dimension };
  }

  /**
   * Encodes a few pictures of a source anew, where the model that made its features is installed.
   * @throws IndexMismatchError
   */
  async checkFeatures(dataset: Dataset, { model, space }: NewSpace, signal: AbortSignal): Promise<void> {
    const found = await this.tools.findFeatureModel(model);
    if (found?.info.space !== space) return;
    const maker = await found.open();
    try {
      await checkFeatures(dataset, maker, signal);
    } finally {
      await maker.close();
    }
  }
}

/** @throws IndexMismatchError */
export function checkSpace(collection: Collection, brought: NewSpace): void {
  if (isSameSpace(collection.activeSpace, brought)) return;
  const [held, other] = describeSpaces(collection.activeSpace, brought);
  throw new IndexMismatchError(
    `collection ${JSON.stringify(collection.name)} holds ${held}; this load brings ${other}. ` +
      'Load it into another collection, or drop this one first',
  );
}
