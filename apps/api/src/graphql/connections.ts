import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { AFTER, FIRST, OFFSET, OF_COLLECTION } from './arguments';
import { connectionOf, connectionType, type Connection } from './connection';
import type { Context } from './context';
import { ImageFilterInput } from './image-filter';
import { ImageOrderInput, LIST_FILTER, LIST_ORDER, listOf } from './image-order';
import { ImageType } from './image-type';
import { KeptOutImageType } from './kept-out-type';
import { LoadFailureType, LoadJobType } from './load-job-type';
import { CollectionType } from './types';

const CollectionConnection = connectionType('Collection', CollectionType, 'collections');
const ImageConnection = connectionType('Image', ImageType, 'images');
const KeptOutImageConnection = connectionType('KeptOutImage', KeptOutImageType, 'images that were deleted for good');
const LoadJobConnection = connectionType('LoadJob', LoadJobType, 'loads');
const LoadFailureConnection = connectionType('LoadFailure', LoadFailureType, 'failures of a load');

@Resolver()
export class ListResolver {
  @Query(() => CollectionConnection, { description: 'All collections in pages, ordered by name.' })
  async collectionsConnection(
    @Arg('first', () => Int, { defaultValue: 50, ...FIRST }) first: number,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { session }: Context,
  ): Promise<Connection<CollectionType>> {
    const page = await session.collections.page({ first, after: after ?? null });
    return connectionOf(page, (row) => new CollectionType(row));
  }

  @Query(() => LoadJobConnection, { description: 'Loads in pages, newest first.' })
  async loadJobsConnection(
    @Arg('collection', () => String, OF_COLLECTION) collection: string | null,
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
  @FieldResolver(() => ImageConnection, {
    description: 'The images in pages, in the order in which they were loaded unless orderBy says another one.',
  })
  async imagesConnection(
    @Root() collection: CollectionType,
    @Arg('filter', () => ImageFilterInput, LIST_FILTER) filter: ImageFilterInput | null,
    @Arg('orderBy', () => ImageOrderInput, LIST_ORDER) orderBy: ImageOrderInput | null,
    @Arg('first', () => Int, { defaultValue: 24, ...FIRST }) first: number,
    @Arg('after', () => String, AFTER) after: string | null,
    @Arg('offset', () => Int, OFFSET) offset: number,
    @Ctx() { session, lists }: Context,
  ): Promise<Connection<ImageType>> {
    const { id } = collection.row;
    const list = listOf(filter, orderBy);
    const page = await lists.read(() => session.images.page(id, list, { first, after: after ?? null }, offset));
    return connectionOf(page, (row) => new ImageType(row, collection.name));
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'The number of images that are before an image in such a list, for a page around it: imagesConnection(offset:). Null if the list does not ' +
      'have the image.',
  })
  async imagePosition(
    @Root() collection: CollectionType,
    @Arg('id', () => ID, { description: 'The id of the image, such as Image:3 or 3.' }) id: string,
    @Arg('filter', () => ImageFilterInput, LIST_FILTER) filter: ImageFilterInput | null,
    @Arg('orderBy', () => ImageOrderInput, LIST_ORDER) orderBy: ImageOrderInput | null,
    @Ctx() { session }: Context,
  ): Promise<number | null> {
    return await session.images.position(collection.row.id, listOf(filter, orderBy), id);
  }

  @FieldResolver(() => KeptOutImageConnection, {
    description: 'The images that were deleted for good, in pages, newest first. Loads leave their pictures out.',
  })
  async keptOutImages(
    @Root() { row }: CollectionType,
    @Arg('first', () => Int, { defaultValue: 50, ...FIRST }) first: number,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { session, lists }: Context,
  ): Promise<Connection<KeptOutImageType>> {
    const page = await lists.read(() => session.collections.keptOutPage(row, { first, after: after ?? null }));
    return connectionOf(page, (image) => new KeptOutImageType(image));
  }

  @FieldResolver(() => Int, { description: 'The number of images that were deleted for good.' })
  async keptOutCount(@Root() { row }: CollectionType, @Ctx() { session }: Context): Promise<number> {
    return await session.collections.keptOutCount(row);
  }
}

@Resolver(() => LoadJobType)
export class LoadJobListResolver {
  @FieldResolver(() => LoadFailureConnection, {
    description: 'Items that were not loaded, in pages, in the order of the load. The first 10,000 are kept.',
  })
  async failuresConnection(
    @Root() job: LoadJobType,
    @Arg('first', () => Int, { defaultValue: 20, ...FIRST }) first: number,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { session, lists }: Context,
  ): Promise<Connection<LoadFailureType>> {
    const page = await lists.read(() => session.loads.failuresPage(job.row, { first, after: after ?? null }));
    return connectionOf(page, (failure) => job.failure(failure));
  }
}
