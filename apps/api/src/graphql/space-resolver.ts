import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from './context';
import { LoadJobType } from './load-job-type';
import { CollectionSpaceType } from './space-type';
import { CollectionType } from './types';

const COLLECTION = { description: 'The name of the collection.' };

/** The models of a collection, and their change. */
@Resolver(() => CollectionType)
export class SpaceResolver {
  @FieldResolver(() => [CollectionSpaceType], {
    description:
      'The models of which the collection has embeddings: the one that searches use, then those to which it can go back.',
  })
  async spaces(@Root() { row }: CollectionType, @Ctx() { session, lists }: Context): Promise<CollectionSpaceType[]> {
    const spaces = await lists.read(() => session.collections.spaces(row));
    return spaces.map((facts) => new CollectionSpaceType(facts));
  }

  @Mutation(() => LoadJobType, {
    description:
      'Starts a job that changes the model of a collection. Searches use the old model until every image is encoded. ' +
      'The embeddings of the old model are kept, so the way back only encodes the images that were loaded since.',
  })
  async reencodeCollection(
    @Arg('collection', () => String, COLLECTION) collection: string,
    @Arg('model', () => String, { description: 'The name of an installed model, as models lists it.' })
    model: string,
    @Arg('hideUnreadable', () => Boolean, {
      defaultValue: false,
      description:
        'Whether the model is also changed if the originals of some images cannot be read. Searches do not find these images then, ' +
        'until the collection goes back. Without it, the job ends with the error IMAGES_HIDDEN, and the collection keeps its model.',
    })
    hideUnreadable: boolean,
    @Arg('wait', () => Boolean, {
      defaultValue: false,
      description: 'Whether the answer waits for the end of the job. A client that leaves does not cancel it.',
    })
    wait: boolean,
    @Ctx() { session, signal }: Context,
  ): Promise<LoadJobType> {
    const job = await session.collections.reencode(collection, { model, hideUnreadable });
    return new LoadJobType(wait ? await session.loads.untilEnded(job, signal) : job);
  }

  @Mutation(() => CollectionType, {
    description:
      'Removes the embeddings of a model from a collection. CONFLICT if searches use the model, or if a job changes the model of the collection.',
  })
  async dropSpace(
    @Arg('collection', () => String, COLLECTION) collection: string,
    @Arg('model', () => String, { description: 'The name of the model, as the spaces of the collection list it.' })
    model: string,
    @Ctx() { session }: Context,
  ): Promise<CollectionType> {
    return new CollectionType(await session.collections.dropSpace(collection, model));
  }
}
