import type { TextUnderstanding } from '@wentu/domain';
import type { Query as SearchedBy } from '@wentu/session';
import { Arg, Ctx, Float, ID, Int, Query, Resolver } from 'type-graphql';
import { AFTER, IMAGE_ID, IN } from './arguments';
import type { Context } from './context';
import { ImageType } from './image-type';
import { parsePicture } from './picture-input';
import { SearchConnectionType, SearchQueryInput } from './search-connection';
import { TextUnderstandingType } from './text-understanding';
import { CollectionType, SearchHitType, ServerInfoType, TextProbabilityType } from './types';

const TEXT = { description: 'A text in Chinese, 1 to WENTU_MAX_TEXT_LENGTH characters (1,000 by default).' };
const TOP_K = 'The number of hits, 1 to WENTU_MAX_TOP_K (1,000 by default).';

@Resolver()
export class SearchResolver {
  @Query(() => [SearchHitType], { description: 'The images nearest to a text, nearest first.' })
  async searchImages(
    @Arg('text', () => String, TEXT) text: string,
    @Arg('collection', () => String, IN) collection: string | null,
    @Arg('topK', () => Int, { defaultValue: 10, description: TOP_K }) topK: number,
    @Ctx() { session, signal }: Context,
  ): Promise<SearchHitType[]> {
    const found = await session.searches.nearest(text, collection ?? null, topK, signal);
    return found.hits.map(
      ({ image, similarity, distance }) =>
        new SearchHitType(new ImageType(image, found.collection), similarity, distance),
    );
  }

  @Query(() => SearchConnectionType, {
    description: 'Searches by a text, an image of the collection or another picture, and gives the hits in pages.',
  })
  async search(
    @Arg('query', () => SearchQueryInput, { description: 'What to search for.' }) query: SearchQueryInput,
    @Arg('collection', () => String, IN) collection: string | null,
    @Arg('first', () => Int, { defaultValue: 24, description: 'The number of hits in this page, 1 to 1,000.' })
    first: number,
    @Arg('after', () => String, {
      ...AFTER,
      description: `${AFTER.description} INVALID_INPUT for a cursor of another search.`,
    })
    after: string | null,
    @Arg('avoid', () => String, {
      nullable: true,
      description: 'A text. Images that are similar to it move towards the end.',
    })
    avoid: string | null,
    @Arg('minSimilarity', () => Float, {
      nullable: true,
      description: 'Leaves out hits with a lower similarity, −1 to 1.',
    })
    minSimilarity: number | null,
    @Ctx() { session: { searches }, signal }: Context,
  ): Promise<SearchConnectionType> {
    const { text } = query;
    const explain = (name: string | null): Promise<TextUnderstanding> | null =>
      typeof text === 'string' ? searches.explainText(text, name) : null;
    const named = collection ?? null;
    // Runs concurrently with the search, which fails with the same errors. For a cursor, only the search knows the
    // collection.
    const explaining = named === null && typeof after === 'string' ? null : explain(named);
    explaining?.catch(() => undefined);
    const options = {
      first,
      ...(typeof after === 'string' ? { after } : {}),
      ...(avoid ? { avoid } : {}),
      ...(typeof minSimilarity === 'number' ? { minSimilarity } : {}),
    };
    const page = await searches.page(queryOf(query), named, options, signal);
    return new SearchConnectionType(page, explaining ?? explain(page.collection));
  }

  @Query(() => TextUnderstandingType, {
    description:
      "What the collection's model reads of a text: which words it does not know, and where the text is cut. Ask it beside searchImages, or for the text of `avoid`.",
  })
  async explainText(
    @Arg('text', () => String, TEXT) text: string,
    @Arg('collection', () => String, IN) collection: string | null,
    @Ctx() { session }: Context,
  ): Promise<TextUnderstandingType> {
    return new TextUnderstandingType(await session.searches.explainText(text, collection ?? null));
  }

  @Query(() => [CollectionType], { description: 'All collections, ordered by name.' })
  async collections(@Ctx() { session }: Context): Promise<CollectionType[]> {
    return (await session.collections.list()).map((row) => new CollectionType(row));
  }

  @Query(() => CollectionType, { nullable: true, description: 'A collection by its name; null if it does not exist.' })
  async collection(
    @Arg('name', () => String, { description: 'The name of the collection.' }) name: string,
    @Ctx() { session }: Context,
  ): Promise<CollectionType | null> {
    const row = await session.collections.find(name);
    return row && new CollectionType(row);
  }

  @Query(() => ImageType, { nullable: true, description: 'An image by its own id; null if it does not exist.' })
  async image(
    @Arg('collection', () => String, IN) collection: string | null,
    @Arg('imageId', () => ID, IMAGE_ID) imageId: string,
    @Ctx() { session }: Context,
  ): Promise<ImageType | null> {
    const found = await session.images.find(collection ?? null, imageId);
    return found && new ImageType(found.image, found.collection);
  }

  @Query(() => [TextProbabilityType], {
    description: 'Zero-shot classification: how probable each text is for an image, among these texts.',
  })
  async rankTexts(
    @Arg('texts', () => [String], { description: 'From 1 to 1,000 texts, each as in a search.' }) texts: string[],
    @Arg('collection', () => String, IN) collection: string | null,
    @Arg('imageId', () => ID, IMAGE_ID) imageId: string,
    @Ctx() { session, signal }: Context,
  ): Promise<TextProbabilityType[]> {
    const ranked = await session.searches.rankTexts(texts, collection ?? null, imageId, signal);
    return ranked.map((each) => new TextProbabilityType(each, collection ?? null));
  }

  @Query(() => ServerInfoType, { description: 'The version, the model and the limits of this server.' })
  async serverInfo(@Ctx() { session }: Context): Promise<ServerInfoType> {
    return new ServerInfoType(await session.server.info());
  }
}

function queryOf({ text, imageId, picture }: SearchQueryInput): SearchedBy {
  if (typeof text === 'string') return { text };
  if (typeof imageId === 'string') return { imageId };
  return { picture: () => parsePicture(picture ?? '') };
}
