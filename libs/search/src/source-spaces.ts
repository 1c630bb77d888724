import {
  IndexMismatchError,
  InvalidInputError,
  isSameSpace,
  sentence,
  type Collection,
  type Dataset,
  type LoadOptions,
  type NewSpace,
} from '@wentu/domain';
import { checkFeatures } from './feature-check';
import type { ImageModel, ImageModels, UsedImageModel } from './image-models';
import { describeSpaces, noModelFor } from './space';

/**
 * Finds the embedding space for the vectors of a source: the space of the collection, the space of the server for a new
 * collection, or the space of the given features.
 */
export class SourceSpaces {
  constructor(private readonly models: ImageModels) {}

  get own(): NewSpace {
    return spaceOf(this.models.own);
  }

  /**
   * The space for pictures that this server encodes.
   * @param target null: a new collection
   * @throws IndexMismatchError when no installed model makes vectors of the space of the target
   */
  async ofPictures(target: Collection | null): Promise<NewSpace> {
    if (!target) return this.own;
    if (await this.models.findFor(target.activeSpace)) return target.activeSpace;
    throw noModelFor(target);
  }

  /**
   * @param target null: a new collection
   * @throws InvalidInputError, IndexMismatchError
   */
  async of(dataset: Dataset, options: LoadOptions, target: Collection | null): Promise<NewSpace> {
    const { features } = dataset;
    if (!features) {
      if (options.featuresModel === undefined) return await this.ofPictures(target);
      throw new InvalidInputError(
        `featuresModel is ${JSON.stringify(options.featuresModel)}, but ${dataset.directory} holds no feature file; leave it out`,
      );
    }
    const named = features.model ?? options.featuresModel;
    const found = named === undefined ? await this.modelOf(target) : await this.models.find(named);
    const installed = found?.info;
    const model = named ?? installed?.name ?? this.own.model;
    // Without an installed model, only its name identifies the space.
    const space = features.space ?? installed?.space ?? model;
    if (space === installed?.space && features.dimension !== installed.dimension) {
      throw new IndexMismatchError(
        `the features in ${dataset.directory} are ${features.dimension}-d; ${model}'s are ${installed.dimension}-d. ` +
          'Name the model that made them in featuresModel, or remove the feature file, so that the pictures are encoded during the load',
      );
    }
    return { model, space, dimension: features.dimension };
  }

  /**
   * Encodes a few pictures of a source and compares them with the given features, if a model of the space is installed.
   * @throws IndexMismatchError
   */
  async checkFeatures(dataset: Dataset, space: NewSpace, signal: AbortSignal): Promise<void> {
    const found = await this.models.findFor(space);
    if (!found) return;
    const used = found.use('features');
    try {
      await checkFeatures(dataset, used, signal);
    } finally {
      await used.close();
    }
  }

  /**
   * The model that prepares the pictures of a source. Pictures with given features need no encoder, so any model is
   * suitable.
   */
  async encoderOf(dataset: Dataset, space: NewSpace, target: Collection | null): Promise<UsedImageModel> {
    const found = dataset.features ? this.models.own : await this.models.findFor(space);
    if (found) return found.use('pictures');
    throw target ? noModelFor(target) : new IndexMismatchError(sentence('NO_MODEL_MAKES', { model: space.model }));
  }

  private async modelOf(target: Collection | null): Promise<ImageModel> {
    return (target && (await this.models.findFor(target.activeSpace))) ?? this.models.own;
  }
}

function spaceOf({ info: { name, space, dimension } }: ImageModel): NewSpace {
  return { model: name, space, dimension };
}

/** @throws IndexMismatchError */
export function checkSpace(collection: Collection, brought: NewSpace): void {
  if (isSameSpace(collection.activeSpace, brought)) return;
  const [held, other] = describeSpaces(collection.activeSpace, brought);
  throw new IndexMismatchError(sentence('SPACE_DIFFERS', { collection: collection.name, held, other }));
}
