import type { LoadJob } from '@wentu/domain';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from './context';
import { LoadJobType, MissingActionEnum } from './load-job-type';
import { CollectionType, FolderListingType, RepairType, UploadType } from './types';

@Resolver()
export class LoadResolver {
  @Query(() => LoadJobType, { nullable: true })
  async loadJob(@Arg('id', () => ID) id: string, @Ctx() { session }: Context): Promise<LoadJobType | null> {
    const row = await session.loads.find(id);
    return row && new LoadJobType(row);
  }

  @Query(() => [LoadJobType], { description: 'Newest first.' })
  async loadJobs(
    @Arg('collection', () => String, { nullable: true }) collection: string | null,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Ctx() { session }: Context,
  ): Promise<LoadJobType[]> {
    return (await session.loads.list(collection ?? null, first)).map((row) => new LoadJobType(row));
  }

  @Mutation(() => LoadJobType, {
    description:
      'Loads a folder of the server into a collection, made if there is none. With wait: true the answer comes when the load has ended.',
  })
  async loadCollection(
    @Arg('collection', () => String, { defaultValue: 'default' }) collection: string,
    @Arg('directory', () => String) directory: string,
    @Arg('split', () => String, { nullable: true }) split: string | null,
    @Arg('featuresModel', () => String, { nullable: true }) featuresModel: string | null,
    @Arg('copyImages', () => Boolean, { nullable: true }) copyImages: boolean | null,
    @Arg('idFrom', () => String, {
      nullable: true,
      description: 'path (the default) or stem: the file name without extension.',
    })
    idFrom: string | null,
    @Arg('wait', () => Boolean, { defaultValue: false }) wait: boolean,
    @Ctx() { session, signal }: Context,
  ): Promise<LoadJobType> {
    const job = await session.loads.start(collection, directory, {
      ...(split ? { split } : {}),
      ...(featuresModel ? { featuresModel } : {}),
      ...(typeof copyImages === 'boolean' ? { copyImages } : {}),
      ...(idFrom ? { idFrom } : {}),
    });
    // A client that goes away ends the waiting, not the load.
    return new LoadJobType(wait ? await session.loads.untilEnded(job, signal) : job);
  }

  @Query(() => FolderListingType, {
    description: 'Folders of the server that loadCollection may read. Without a path: where one can begin.',
  })
  async folders(
    @Arg('path', () => String, { nullable: true }) path: string | null,
    @Ctx() { session }: Context,
  ): Promise<FolderListingType> {
    return new FolderListingType(await session.loads.folders(path ?? null));
  }

  @Mutation(() => UploadType, { description: 'Begins to send files; loadUpload then loads them.' })
  async createUpload(
    @Arg('collection', () => String, {
      nullable: true,
      description: 'Where they will go: what would be refused then is refused now.',
    })
    collection: string | null,
    @Ctx() { session }: Context,
  ): Promise<UploadType> {
    return new UploadType(await session.uploads.create(collection ?? null));
  }

  @Mutation(() => LoadJobType, {
    description:
      'Loads the files of an upload into a collection, made if there is none. The pictures are copied into the store.',
  })
  async loadUpload(
    @Arg('id', () => ID) id: string,
    @Arg('collection', () => String, { defaultValue: 'default' }) collection: string,
    @Ctx() { session }: Context,
  ): Promise<LoadJobType> {
    return new LoadJobType(await session.uploads.load(id, collection));
  }

  @Mutation(() => Boolean, { description: 'Gives an upload up. False when there is none.' })
  async discardUpload(@Arg('id', () => ID) id: string, @Ctx() { session }: Context): Promise<boolean> {
    return await session.uploads.discard(id);
  }

  @Mutation(() => LoadJobType)
  async cancelLoad(@Arg('id', () => ID) id: string, @Ctx() { session }: Context): Promise<LoadJobType> {
    return new LoadJobType(await session.loads.cancel(id));
  }

  @Mutation(() => Int, {
    description: 'Takes images out of a collection by their own ids; says how many there were. The files stay.',
  })
  async deleteImages(
    @Arg('collection', () => String, { defaultValue: 'default' }) collection: string,
    @Arg('imageIds', () => [ID]) imageIds: string[],
    @Ctx() { session }: Context,
  ): Promise<number> {
    return await session.collections.deleteImages(collection, imageIds);
  }

  @Mutation(() => Int, {
    description:
      'Says what is to become of the images whose files have gone from a directory, those that a load reports as `missing`; says how many ' +
      'there were. The directory need not be there any more.',
  })
  async resolveMissing(
    @Arg('collection', () => String, { defaultValue: 'default' }) collection: string,
    @Arg('directory', () => String) directory: string,
    @Arg('action', () => MissingActionEnum) action: MissingActionEnum,
    @Ctx() { session }: Context,
  ): Promise<number> {
    return await session.collections.resolveMissing(collection, directory, action);
  }

  @Mutation(() => Boolean, {
    description:
      'Removes a collection, its loads cancelled first. The files stay. False when there is none of that name.',
  })
  async dropCollection(@Arg('name', () => String) name: string, @Ctx() { session }: Context): Promise<boolean> {
    return await session.collections.drop(name);
  }

  @Mutation(() => CollectionType, {
    description: "An empty collection for this server's model. CONFLICT when the name is taken.",
  })
  async createCollection(
    @Arg('name', () => String) name: string,
    @Ctx() { session }: Context,
  ): Promise<CollectionType> {
    return new CollectionType(await session.collections.create(name));
  }

  @Mutation(() => CollectionType, {
    description: 'Its loads go on. CONFLICT when the name is taken, or a load that waits or runs will make it.',
  })
  async renameCollection(
    @Arg('name', () => String) name: string,
    @Arg('newName', () => String) newName: string,
    @Ctx() { session }: Context,
  ): Promise<CollectionType> {
    return new CollectionType(await session.collections.rename(name, newName));
  }

  @Mutation(() => [RepairType], {
    description:
      'For operators: compares every image with every entry of the index, and mends the index; nothing is encoded. Others may search and ' +
      'load meanwhile. Without a collection it does all of them.',
  })
  async repairCollections(
    @Arg('collection', () => String, { nullable: true }) collection: string | null,
    @Ctx() { session }: Context,
  ): Promise<RepairType[]> {
    return await session.collections.repair(collection ?? null);
  }

  @Subscription(() => LoadJobType, {
    description: 'The state of a load at once, then at most four times a second; ends with the load.',
    subscribe: ({ args, context }: { args: { id: string }; context: Context }) =>
      context.session.loads.watch(args.id, context.signal),
  })
  loadProgress(@Arg('id', () => ID) _id: string, @Root() job: LoadJob): LoadJobType {
    return new LoadJobType(job);
  }
}
