import type { Collection } from '@wentu/domain';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from './context';
import { ImageType } from './image-type';
import { LoadJobType } from './load-job-type';
import { SearchConnectionType } from './search-connection';
import { CollectionType, RepairType } from './types';

function node(row: Collection | null): CollectionType | null {
  return row && new CollectionType(row);
}

/** Resolves the collection of objects that have only its name. */
@Resolver(() => ImageType)
export class ImageCollectionResolver {
  @FieldResolver(() => CollectionType, {
    nullable: true,
    description: 'The collection that the image is in; null if it is dropped at this moment.',
  })
  async collectionNode(@Root() image: ImageType, @Ctx() { collections }: Context): Promise<CollectionType | null> {
    return node(await collections.byId(image.row.collectionId));
  }
}

@Resolver(() => SearchConnectionType)
export class SearchCollectionResolver {
  @FieldResolver(() => CollectionType, {
    nullable: true,
    description: 'The collection that was searched; null if several were, or if it is dropped at this moment.',
  })
  async collectionNode(
    @Root() page: SearchConnectionType,
    @Ctx() { collections }: Context,
  ): Promise<CollectionType | null> {
    const [name, ...others] = page.collections;
    return name === undefined || others.length > 0 ? null : node(await collections.byName(name));
  }
}

@Resolver(() => LoadJobType)
export class LoadCollectionResolver {
  @FieldResolver(() => CollectionType, {
    nullable: true,
    description:
      'The collection that is loaded into. Null before the first picture of the load creates it, and after it was dropped.',
  })
  async collectionNode(@Root() { row }: LoadJobType, @Ctx() { collections }: Context): Promise<CollectionType | null> {
    return row.collectionId === null ? null : node(await collections.byId(row.collectionId));
  }
}

@Resolver(() => RepairType)
export class RepairCollectionResolver {
  @FieldResolver(() => CollectionType, {
    nullable: true,
    description: 'The collection of that name; null if it was dropped or renamed after the repair.',
  })
  async collectionNode(@Root() repair: RepairType, @Ctx() { collections }: Context): Promise<CollectionType | null> {
    return node(await collections.byName(repair.collection));
  }
}
