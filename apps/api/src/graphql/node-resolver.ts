import { parseNodeIds, type NodeReference, type NodeTypeName, type Session } from '@wentu/session';
import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Context } from './context';
import { ImageType } from './image-type';
import { LoadJobType } from './load-job-type';
import { NodeType } from './node';
import { SourceType } from './source-type';
import { CollectionType } from './types';

const READERS: Readonly<Record<NodeTypeName, (session: Session, id: string) => Promise<NodeType | null>>> = {
  async Collection({ collections }, id) {
    const row = await collections.byId(id);
    return row && new CollectionType(row);
  },
  async Image({ images, collections }, id) {
    const row = await images.byId(id);
    const collection = row && (await collections.byId(String(row.collectionId)));
    return collection && new ImageType(row, collection.name);
  },
  async LoadJob({ loads }, id) {
    const row = await loads.find(id);
    return row && new LoadJobType(row);
  },
  async Source({ sources }, id) {
    const source = await sources.byId(id);
    return source && new SourceType(source);
  },
};

async function read(session: Session, reference: NodeReference | null): Promise<NodeType | null> {
  return reference && (await READERS[reference.type](session, String(reference.id)));
}

@Resolver()
export class NodeResolver {
  @Query(() => NodeType, {
    nullable: true,
    description:
      'A collection, image, load or source by its global id. Null if it does not exist, or for an id without type.',
  })
  async node(
    @Arg('id', () => ID, { description: 'Such as Image:123.' }) id: string,
    @Ctx() { session }: Context,
  ): Promise<NodeType | null> {
    const [reference = null] = parseNodeIds([id]);
    return await read(session, reference);
  }

  @Query(() => [NodeType], {
    nullable: 'items',
    description: 'The same for several ids, in their order. One that fails is null, with an error of its own.',
  })
  nodes(
    @Arg('ids', () => [ID], { description: 'At most 100.' }) ids: string[],
    @Ctx() { session }: Context,
  ): Promise<NodeType | null>[] {
    return parseNodeIds(ids).map((reference) => read(session, reference));
  }
}
