import { InvalidInputError, type LoadJob, type LoadOptions } from '@wentu/domain';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { COLLECTION, FIRST, INTO, LOAD_ID, OF_COLLECTION, UPLOAD_ID, WAIT_FOR_LOAD } from './arguments';
import type { Context } from './context';
import { ImageIdSourceEnum } from './enums';
import { ImageFilterInput, toFilter } from './image-filter';
import { LoadJobType, MissingActionEnum } from './load-job-type';
import { CollectionType, FolderListingType, RepairType, UploadType } from './types';

const NAME = { description: 'The name of the collection.' };
const KEEP_OUT = {
  defaultValue: false,
  description:
    'Whether the images are deleted for good: later loads of their folders and files leave them out, until allowImages. Otherwise the next load of the folder loads them again.',
};
const IMAGE_IDS = { description: 'At most 10,000 values of imageId. Unknown ones are left out.' };
const NEW_NAME = { description: 'A name that is not taken, at most 128 characters.' };

@Resolver()
export class LoadResolver {
  @Query(() => LoadJobType, {
    nullable: true,
    description: 'A load by its id; null if it does not exist. The oldest loads that have ended are removed.',
  })
  async loadJob(@Arg('id', () => ID, LOAD_ID) id: string, @Ctx() { session }: Context): Promise<LoadJobType | null> {
    const row = await session.loads.find(id);
    return row && new LoadJobType(row);
  }

  @Query(() => [LoadJobType], { description: 'Loads, newest first.' })
  async loadJobs(
    @Arg('collection', () => String, OF_COLLECTION) collection: string | null,
    @Arg('first', () => Int, { defaultValue: 20, ...FIRST }) first: number,
    @Ctx() { session }: Context,
  ): Promise<LoadJobType[]> {
    return (await session.loads.list(collection ?? null, first)).map((row) => new LoadJobType(row));
  }

  @Mutation(() => LoadJobType, {
    description:
      'Loads a folder of the server into a collection: pictures, a tsv dataset with or without features, or an LMDB folder.',
  })
  async loadCollection(
    @Arg('collection', () => String, INTO) collection: string,
    @Arg('directory', () => String, {
      description: 'The absolute path of a folder of the server, in one of the folders of WENTU_LOAD_ROOTS.',
    })
    directory: string,
    @Arg('split', () => String, {
      nullable: true,
      description: 'The split of a dataset, such as valid. By default it is valid, or the only split of the folder.',
    })
    split: string | null,
    @Arg('featuresModel', () => String, {
      nullable: true,
      description: 'The name of the model that made the feature file, if no file beside it says so.',
    })
    featuresModel: string | null,
    @Arg('copyImages', () => Boolean, {
      nullable: true,
      description:
        'Whether originals are copied into the store. By default those of tsv and LMDB datasets are, and files of other folders stay where they are.',
    })
    copyImages: boolean | null,
    @Arg('imageIdFrom', () => ImageIdSourceEnum, {
      nullable: true,
      description: 'What becomes the imageId of a picture in a folder. By default it is PATH.',
    })
    imageIdFrom: LoadOptions['idFrom'] | null,
    @Arg('idFrom', () => String, {
      nullable: true,
      description: 'What becomes the imageId: path (the default) or stem, the file name without extension.',
      deprecationReason: 'Use imageIdFrom, an enum.',
    })
    idFrom: string | null,
    @Arg('wait', () => Boolean, WAIT_FOR_LOAD) wait: boolean,
    @Ctx() { session, signal }: Context,
  ): Promise<LoadJobType> {
    if (imageIdFrom && idFrom)
      throw new InvalidInputError('imageIdFrom and idFrom have the same meaning; give imageIdFrom only');
    const source = imageIdFrom ?? idFrom;
    const job = await session.loads.start(collection, directory, {
      ...(split ? { split } : {}),
      ...(featuresModel ? { featuresModel } : {}),
      ...(typeof copyImages === 'boolean' ? { copyImages } : {}),
      ...(source ? { idFrom: source } : {}),
    });
    // A client that disconnects ends the wait, not the load.
    return new LoadJobType(wait ? await session.loads.untilEnded(job, signal) : job);
  }

  @Query(() => FolderListingType, {
    description: 'Folders of the server that loadCollection may read.',
  })
  async folders(
    @Arg('path', () => String, {
      nullable: true,
      description: 'The absolute path of a folder; without it, the folders of WENTU_LOAD_ROOTS are given.',
    })
    path: string | null,
    @Ctx() { session }: Context,
  ): Promise<FolderListingType> {
    return new FolderListingType(await session.loads.folders(path ?? null));
  }

  @Mutation(() => UploadType, {
    description: 'Starts an upload: send files to its url, then load them with loadUpload.',
  })
  async createUpload(
    @Arg('collection', () => String, {
      nullable: true,
      description:
        'The name of the collection that loadUpload will name. A collection that would be refused then is refused now.',
    })
    collection: string | null,
    @Ctx() { session }: Context,
  ): Promise<UploadType> {
    return new UploadType(await session.uploads.create(collection ?? null));
  }

  @Mutation(() => LoadJobType, {
    description: 'Loads the files of an upload into a collection. The originals are copied into the store.',
  })
  async loadUpload(
    @Arg('id', () => ID, UPLOAD_ID) id: string,
    @Arg('collection', () => String, INTO) collection: string,
    @Ctx() { session }: Context,
  ): Promise<LoadJobType> {
    return new LoadJobType(await session.uploads.load(id, collection));
  }

  @Mutation(() => Boolean, { description: 'Discards an upload and its files. False if it does not exist.' })
  async discardUpload(@Arg('id', () => ID, UPLOAD_ID) id: string, @Ctx() { session }: Context): Promise<boolean> {
    return await session.uploads.discard(id);
  }

  @Mutation(() => LoadJobType, {
    description: 'Cancels a load. A load that has ended stays as it is. Images that were loaded stay.',
  })
  async cancelLoad(@Arg('id', () => ID, LOAD_ID) id: string, @Ctx() { session }: Context): Promise<LoadJobType> {
    return new LoadJobType(await session.loads.cancel(id));
  }

  @Mutation(() => Int, {
    description: 'Removes images from a collection, and gives the number of removed images. The files stay.',
  })
  async deleteImages(
    @Arg('collection', () => String, COLLECTION) collection: string,
    @Arg('imageIds', () => [ID], IMAGE_IDS) imageIds: string[],
    @Arg('keepOut', () => Boolean, KEEP_OUT) keepOut: boolean,
    @Ctx() { session }: Context,
  ): Promise<number> {
    return await session.collections.deleteImages(collection, imageIds, keepOut);
  }

  @Mutation(() => Int, {
    description:
      'Removes the images that match a filter from a collection, and gives their number. The files stay. If the call is interrupted, the rest is there for another call.',
  })
  async deleteMatchingImages(
    @Arg('collection', () => String, { description: 'The name of the collection.' }) collection: string,
    @Arg('filter', () => ImageFilterInput, { description: 'Which images are removed.' }) filter: ImageFilterInput,
    @Arg('expectedCount', () => Int, {
      description:
        'The number of images that match, as Collection { matchingCount } says it. With another number nothing is removed (CONFLICT).',
    })
    expectedCount: number,
    @Arg('keepOut', () => Boolean, KEEP_OUT) keepOut: boolean,
    @Ctx() { session }: Context,
  ): Promise<number> {
    return await session.collections.deleteMatching(collection, toFilter(filter), expectedCount, keepOut);
  }

  @Mutation(() => Int, {
    description:
      'Lets later loads bring back images that were deleted for good, and gives the number of these images. The next load of their folder loads them.',
  })
  async allowImages(
    @Arg('collection', () => String, COLLECTION) collection: string,
    @Arg('imageIds', () => [ID], IMAGE_IDS) imageIds: string[],
    @Ctx() { session }: Context,
  ): Promise<number> {
    return await session.collections.allowImages(collection, imageIds);
  }

  @Mutation(() => Int, {
    description: 'Decides about the images that a load of this directory counted as missing, and gives their number.',
  })
  async resolveMissing(
    @Arg('collection', () => String, COLLECTION) collection: string,
    @Arg('directory', () => String, { description: 'The directory of the load. It may have been deleted.' })
    directory: string,
    @Arg('action', () => MissingActionEnum, { description: 'What to do with these images.' })
    action: MissingActionEnum,
    @Ctx() { session }: Context,
  ): Promise<number> {
    return await session.collections.resolveMissing(collection, directory, action);
  }

  @Mutation(() => Boolean, {
    description: 'Cancels the loads of a collection and removes it. The files stay. False if it does not exist.',
  })
  async dropCollection(@Arg('name', () => String, NAME) name: string, @Ctx() { session }: Context): Promise<boolean> {
    return await session.collections.drop(name);
  }

  @Mutation(() => CollectionType, {
    description: "Creates an empty collection for the server's model. CONFLICT if the name is taken.",
  })
  async createCollection(
    @Arg('name', () => String, NEW_NAME) name: string,
    @Ctx() { session }: Context,
  ): Promise<CollectionType> {
    return new CollectionType(await session.collections.create(name));
  }

  @Mutation(() => CollectionType, {
    description:
      'Renames a collection; its loads go on. CONFLICT if the name is taken, or if a load that has not ended will make a collection of this name.',
  })
  async renameCollection(
    @Arg('name', () => String, NAME) name: string,
    @Arg('newName', () => String, NEW_NAME) newName: string,
    @Ctx() { session }: Context,
  ): Promise<CollectionType> {
    return new CollectionType(await session.collections.rename(name, newName));
  }

  @Mutation(() => [RepairType], {
    description:
      'For operators: compares the images of a collection with its index and repairs the index. Nothing is encoded, and searches and loads go on.',
  })
  async repairCollections(
    @Arg('collection', () => String, {
      nullable: true,
      description: 'The name of the collection; without it, all collections are repaired.',
    })
    collection: string | null,
    @Ctx() { session }: Context,
  ): Promise<RepairType[]> {
    return await session.collections.repair(collection ?? null);
  }

  @Subscription(() => LoadJobType, {
    description: 'The state of a load: at once, then at most four times a second, until the load has ended.',
    subscribe: ({ args, context }: { args: { id: string }; context: Context }) =>
      context.session.loads.watch(args.id, context.signal),
  })
  loadProgress(
    @Arg('id', () => ID, LOAD_ID) _id: string,
    @Root() job: LoadJob,
    @Ctx() { lists }: Context,
  ): LoadJobType {
    lists.beginAnswer();
    return new LoadJobType(job);
  }
}
