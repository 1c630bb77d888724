import { InvalidInputError, NotFoundError, type LoadJob } from '@wentu/domain';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { checkPage, parseId, type Context } from './context';
import { LoadJobType, MissingActionEnum } from './load-job-type';
import { CollectionType, FolderListingType, RepairType, UploadType } from './types';

const MAX_JOBS = 1_000;
const MAX_DELETED = 10_000;

@Resolver()
export class LoadResolver {
  @Query(() => LoadJobType, { nullable: true })
  async loadJob(@Arg('id', () => ID) id: string, @Ctx() { app }: Context): Promise<LoadJobType | null> {
    const number = parseId(id);
    const row = Number.isNaN(number) ? null : await app.reader.loads.find(number);
    return row && new LoadJobType(row);
  }

  @Query(() => [LoadJobType], { description: 'Newest first.' })
  async loadJobs(
    @Arg('collection', () => String, { nullable: true }) collection: string | null,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Ctx() { app }: Context,
  ): Promise<LoadJobType[]> {
    checkPage('first', first, MAX_JOBS);
    const filter = collection === null || collection === undefined ? {} : { collection: collection.normalize('NFC') };
    return (await app.reader.loads.list({ ...filter, first })).map((row) => new LoadJobType(row));
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
    @Ctx() { app, signal }: Context,
  ): Promise<LoadJobType> {
    if (idFrom && idFrom !== 'path' && idFrom !== 'stem') {
      throw new InvalidInputError(`idFrom is ${JSON.stringify(idFrom)}; give path or stem`);
    }
    const job = await app.load(collection, directory, {
      ...(split ? { split } : {}),
      ...(featuresModel ? { featuresModel } : {}),
      ...(typeof copyImages === 'boolean' ? { copyImages } : {}),
      ...(idFrom ? { idFrom: idFrom as 'path' | 'stem' } : {}),
    });
    // A client that goes away ends the waiting, not the load.
    return new LoadJobType(wait ? await app.waitForLoad(job, signal) : job);
  }

  @Query(() => FolderListingType, {
    description: 'Folders of the server that loadCollection may read. Without a path: where one can begin.',
  })
  async folders(
    @Arg('path', () => String, { nullable: true }) path: string | null,
    @Ctx() { app }: Context,
  ): Promise<FolderListingType> {
    return new FolderListingType(await app.listFolders(path ?? null));
  }

  @Mutation(() => UploadType, { description: 'Begins to send files; loadUpload then loads them.' })
  async createUpload(
    @Arg('collection', () => String, {
      nullable: true,
      description: 'Where they will go: what would be refused then is refused now.',
    })
    collection: string | null,
    @Ctx() { app }: Context,
  ): Promise<UploadType> {
    return new UploadType(await app.createUpload(collection ?? null));
  }

  @Mutation(() => LoadJobType, {
    description:
      'Loads the files of an upload into a collection, made if there is none. The pictures are copied into the store.',
  })
  async loadUpload(
    @Arg('id', () => ID) id: string,
    @Arg('collection', () => String, { defaultValue: 'default' }) collection: string,
    @Ctx() { app }: Context,
  ): Promise<LoadJobType> {
    return new LoadJobType(await app.loadUpload(id, collection));
  }

  @Mutation(() => Boolean, { description: 'Gives an upload up. False when there is none.' })
  async discardUpload(@Arg('id', () => ID) id: string, @Ctx() { app }: Context): Promise<boolean> {
    return await app.uploads.discard(id);
  }

  @Mutation(() => LoadJobType)
  async cancelLoad(@Arg('id', () => ID) id: string, @Ctx() { app }: Context): Promise<LoadJobType> {
    const number = parseId(id);
    if (Number.isNaN(number)) throw noJob(id);
    return new LoadJobType(await app.loads.cancel(number));
  }

  @Mutation(() => Int, {
    description: 'Takes images out of a collection by their own ids; says how many there were. The files stay.',
  })
  async deleteImages(
    @Arg('collection', () => String, { defaultValue: 'default' }) collection: string,
    @Arg('imageIds', () => [ID]) imageIds: string[],
    @Ctx() { app }: Context,
  ): Promise<number> {
    if (imageIds.length > MAX_DELETED) {
      throw new InvalidInputError(`imageIds has ${imageIds.length} entries; give at most ${MAX_DELETED} a call`);
    }
    return await app.loads.deleteImages(
      collection,
      imageIds.map((id) => id.normalize('NFC')),
    );
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
    @Ctx() { app }: Context,
  ): Promise<number> {
    return await app.resolveMissing(collection, directory, action);
  }

  @Mutation(() => Boolean, {
    description:
      'Removes a collection, its loads cancelled first. The files stay. False when there is none of that name.',
  })
  async dropCollection(@Arg('name', () => String) name: string, @Ctx() { app }: Context): Promise<boolean> {
    return await app.loads.drop(name);
  }

  @Mutation(() => CollectionType, {
    description: "An empty collection for this server's model. CONFLICT when the name is taken.",
  })
  async createCollection(@Arg('name', () => String) name: string, @Ctx() { app }: Context): Promise<CollectionType> {
    return new CollectionType(await app.loads.createCollection(name));
  }

  @Mutation(() => CollectionType, {
    description: 'CONFLICT when the name is taken, or pictures are being loaded into the collection.',
  })
  async renameCollection(
    @Arg('name', () => String) name: string,
    @Arg('newName', () => String) newName: string,
    @Ctx() { app }: Context,
  ): Promise<CollectionType> {
    return new CollectionType(await app.loads.renameCollection(name, newName));
  }

  @Mutation(() => [RepairType], {
    description:
      'For operators: compares every image with every entry of the index, and mends the index; nothing is encoded. Others may search and ' +
      'load meanwhile. Without a collection it does all of them.',
  })
  async repairCollections(
    @Arg('collection', () => String, { nullable: true }) collection: string | null,
    @Ctx() { app }: Context,
  ): Promise<RepairType[]> {
    return await app.repair(collection ?? undefined);
  }

  @Subscription(() => LoadJobType, {
    description: 'The state of a load at once, then at most four times a second; ends with the load.',
    subscribe: ({ args, context }: { args: { id: string }; context: Context }) => {
      const id = parseId(args.id);
      if (Number.isNaN(id)) throw noJob(args.id);
      return context.app.watchJob(id, context.signal);
    },
  })
  loadProgress(@Arg('id', () => ID) _id: string, @Root() job: LoadJob): LoadJobType {
    return new LoadJobType(job);
  }
}

function noJob(id: string): NotFoundError {
  return new NotFoundError(
    `no load job ${JSON.stringify(id.slice(0, 64))}; the query "loadJobs" lists those that are kept`,
  );
}
