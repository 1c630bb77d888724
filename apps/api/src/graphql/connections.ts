import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { connectionOf, connectionType, type Connection } from './connection';
import type { Context } from './context';
import { ImageType } from './image-type';
import { LoadFailureType, LoadJobType } from './load-job-type';
import { CollectionType } from './types';

const CollectionConnection = connectionType('Collection', CollectionType);
const ImageConnection = connectionType('Image', ImageType);
const LoadJobConnection = connectionType('LoadJob', LoadJobType);
const LoadFailureConnection = connectionType('LoadFailure', LoadFailureType);

const FIRST = { description: '0 to 1,000.' };
const AFTER = { nullable: true, description: 'The `endCursor` of the page before.' };

@Resolver()
export class ListResolver {
  @Query(() => CollectionConnection, { description: 'By name, in pages.' })
  async collectionsConnection(
    @Arg('first', () => Int, { defaultValue: 50, ...FIRST }) first: number,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { session }: Context,
  ): Promise<Connection<CollectionType>> {
    const page = await session.collections.page({ first, after: after ?? null });
    return connectionOf(page, (row) => new CollectionType(row));
  }

  @Query(() => LoadJobConnection, { description: 'Newest first, in pages.' })
  async loadJobsConnection(
    @Arg('collection', () => String, { nullable: true }) collection: string | null,
    @Arg('first', () => Int, { defaultValue: 20, ...FIRST }) first: number,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { session }: Context,
  ): Promise<Connection<LoadJobType>> {
    const page = await session.loads.page(collection ?? null, { first, after: after ?? null });
    return connectionOf(page, (row) => new LoadJobType(row));
  }
}

@Resolver(() => CollectionType)
export class CollectionListResolver {
  @FieldResolver(() => ImageConnection, { description: 'In the order they were loaded, in pages.' })
  async imagesConnection(
    @Root() collection: CollectionType,
    @Arg('first', () => Int, { defaultValue: 24, ...FIRST }) first: number,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { session }: Context,
  ): Promise<Connection<ImageType>> {
    const page = await session.images.page(Number(collection.id), { first, after: after ?? null });
    return connectionOf(page, (row) => new ImageType(row, collection.name));
  }
}

@Resolver(() => LoadJobType)
export class LoadJobListResolver {
  @FieldResolver(() => LoadFailureConnection, {
    description: 'Items that were not loaded, in the order they were met, in pages; the first 10,000 are kept.',
  })
  async failuresConnection(
    @Root() job: LoadJobType,
    @Arg('first', () => Int, { defaultValue: 20, ...FIRST }) first: number,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { session }: Context,
  ): Promise<Connection<LoadFailureType>> {
    const page = await session.loads.failuresPage({ id: Number(job.id) }, { first, after: after ?? null });
    return connectionOf(page, (failure) => job.failure(failure));
  }
}
