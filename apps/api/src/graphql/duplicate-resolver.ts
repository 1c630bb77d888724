import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { AFTER, FIRST, IN } from './arguments';
import type { Context } from './context';
import { DuplicateGroupConnectionType, DuplicateSearchType } from './duplicate-type';

const COLLECTION = { description: 'The name of the collection.' };

@Resolver()
export class DuplicateResolver {
  @Query(() => DuplicateGroupConnectionType, {
    description:
      'Images that show the same picture, in groups: equal files, and copies that were resized, cropped, compressed or changed a little. ' +
      'They are those of the last findDuplicates.',
  })
  async duplicates(
    @Arg('collection', () => String, IN) collection: string | null,
    @Arg('first', () => Int, { defaultValue: 24, ...FIRST }) first: number,
    @Arg('after', () => String, AFTER) after: string | null,
    @Ctx() { session }: Context,
  ): Promise<DuplicateGroupConnectionType> {
    const page = await session.duplicates.page(collection ?? null, { first, after: after ?? null });
    return new DuplicateGroupConnectionType(page);
  }

  @Mutation(() => DuplicateSearchType, {
    description:
      'Searches a collection for duplicates in the background. Searches and loads go on. While a search of the collection runs, no other one begins.',
  })
  async findDuplicates(
    @Arg('collection', () => String, COLLECTION) collection: string,
    @Arg('wait', () => Boolean, {
      defaultValue: false,
      description: 'Whether the answer waits for the end of the search. A client that leaves does not cancel it.',
    })
    wait: boolean,
    @Ctx() { session, signal }: Context,
  ): Promise<DuplicateSearchType> {
    const facts = await session.duplicates.start(collection);
    return new DuplicateSearchType(wait ? await session.duplicates.untilEnded(collection, signal) : facts);
  }

  @Mutation(() => DuplicateSearchType, {
    description: 'Ends the search for duplicates of a collection. The groups of an earlier search stay.',
  })
  async cancelFindDuplicates(
    @Arg('collection', () => String, COLLECTION) collection: string,
    @Ctx() { session }: Context,
  ): Promise<DuplicateSearchType> {
    return new DuplicateSearchType(await session.duplicates.cancel(collection));
  }
}
