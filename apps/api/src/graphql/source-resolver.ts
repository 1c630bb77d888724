import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import { FIRST, LOAD_ID, WAIT_FOR_LOAD } from './arguments';
import type { Context } from './context';
import { LoadJobType } from './load-job-type';
import { SourceType } from './source-type';
import { CollectionType } from './types';

const SOURCE_ID = { description: 'The id of a source, such as Source:3 or 3.' };

/** The folders that were loaded into a collection. */
@Resolver(() => CollectionType)
export class SourceResolver {
  @FieldResolver(() => [SourceType], {
    description:
      'The folders of the server that were loaded into the collection, ordered by path. Uploads are left out.',
  })
  async sources(
    @Root() { row }: CollectionType,
    @Arg('first', () => Int, { defaultValue: 100, ...FIRST }) first: number,
    @Ctx() { session, lists }: Context,
  ): Promise<SourceType[]> {
    const sources = await lists.read(() => session.sources.list(row, first));
    return sources.map((source) => new SourceType(source));
  }

  @Mutation(() => LoadJobType, {
    description:
      'Loads a source again, with the options of its last load: new and changed pictures are loaded, and images of deleted files are removed.',
  })
  async loadAgain(
    @Arg('source', () => ID, SOURCE_ID) source: string,
    @Arg('wait', () => Boolean, WAIT_FOR_LOAD) wait: boolean,
    @Ctx() { session, signal }: Context,
  ): Promise<LoadJobType> {
    const job = await session.sources.loadAgain(source);
    return new LoadJobType(wait ? await session.loads.untilEnded(job, signal) : job);
  }

  @Mutation(() => LoadJobType, {
    description:
      'Loads only the items that failed in an ended load of a folder, at most 10,000. Other files are not read, and no image is removed. CONFLICT when nothing failed, or when the files were sent.',
  })
  async retryFailures(
    @Arg('load', () => ID, LOAD_ID) load: string,
    @Arg('wait', () => Boolean, WAIT_FOR_LOAD) wait: boolean,
    @Ctx() { session, signal }: Context,
  ): Promise<LoadJobType> {
    const job = await session.sources.retryFailures(load);
    return new LoadJobType(wait ? await session.loads.untilEnded(job, signal) : job);
  }

  @Mutation(() => SourceType, {
    description:
      'Begins or ends the watch of a source. While it is watched, the server loads new and changed pictures seconds after they are saved, and follows files that are moved or deleted.',
  })
  async watchSource(
    @Arg('source', () => ID, SOURCE_ID) source: string,
    @Arg('on', () => Boolean, { description: 'Whether the source is watched from now on.' }) on: boolean,
    @Ctx() { session }: Context,
  ): Promise<SourceType> {
    return new SourceType(await session.sources.watch(source, on));
  }

  @Mutation(() => Int, {
    description:
      'Removes a source from its collection: its images and its watch. The files stay. It gives the number of removed images.',
  })
  async removeSource(
    @Arg('source', () => ID, SOURCE_ID) source: string,
    @Arg('expectedCount', () => Int, {
      description: 'The imageCount of the source; with another number nothing is removed.',
    })
    expectedCount: number,
    @Ctx() { session }: Context,
  ): Promise<number> {
    return await session.sources.remove(source, expectedCount);
  }
}
