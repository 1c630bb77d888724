import type { Query as SearchedBy } from '@wentu/session';
import { Arg, Ctx, Float, ID, Int, Query, Resolver } from 'type-graphql';
import type { Context } from './context';
import { ImageType } from './image-type';
import { parsePicture } from './picture-input';
import { SearchConnectionType, SearchQueryInput } from './search-connection';
import { TextUnderstandingType } from './text-understanding';
import { CollectionType, SearchHitType, ServerInfoType, TextProbabilityType } from './types';

/** What reads may go without a collection; what writes says `default`. */
const WHERE = {
  nullable: true,
  description: 'Left out: of the collections that hold pictures `default`, else `samples`, else the first by name.',
};

@Resolver()
export class SearchResolver {
  @Query(() => [SearchHitType], { description: 'The pictures nearest to a text, nearest first. topK: 1 to 1,000.' })
  async searchImages(
    @Arg('text', () => String) text: string,
    @Arg('collection', () => String, WHERE) collection: string | null,
    @Arg('topK', () => Int, { defaultValue: 10 }) topK: number,
    @Ctx() { session, signal }: Context,
  ): Promise<SearchHitType[]> {
    const found = await session.searches.nearest(text, collection ?? null, topK, signal);
    return found.hits.map(
      ({ image, similarity, distance }) =>
        new SearchHitType(new ImageType(image, found.collection), similarity, distance),
    );
  }

  @Query(() => SearchConnectionType, {
    description:
      'Searches by a text, an image of the collection or another picture, and gives the result in pages. With `after`, the next page of that search: ' +
      'give its other arguments again. INVALID_INPUT for a cursor of another search.',
  })
  async search(
    @Arg('query', () => SearchQueryInput) query: SearchQueryInput,
    @Arg('collection', () => String, WHERE) collection: string | null,
    @Arg('first', () => Int, { defaultValue: 24, description: '1 to 1,000.' }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Arg('avoid', () => String, { nullable: true, description: 'A text: what is like it comes later.' })
    avoid: string | null,
    @Arg('minSimilarity', () => Float, { nullable: true, description: 'Leaves out what is less similar: a cosine.' })
    minSimilarity: number | null,
    @Ctx() { session: { searches }, signal }: Context,
  ): Promise<SearchConnectionType> {
    // Beside the search, which fails with the same error.
    const explained = typeof query.text === 'string' ? searches.explainText(query.text) : null;
    explained?.catch(() => undefined);
    const options = {
      first,
      ...(typeof after === 'string' ? { after } : {}),
      ...(avoid ? { avoid } : {}),
      ...(typeof minSimilarity === 'number' ? { minSimilarity } : {}),
    };
    const page = await searches.page(queryOf(query), collection ?? null, options, signal);
    return new SearchConnectionType(page, explained);
  }

  @Query(() => TextUnderstandingType, {
    description:
      'What the model reads in a text: which words it does not know, and where the text is cut. Ask it beside searchImages, or of the text of `avoid`.',
  })
  async explainText(
    @Arg('text', () => String) text: string,
    @Ctx() { session }: Context,
  ): Promise<TextUnderstandingType> {
    return new TextUnderstandingType(await session.searches.explainText(text));
  }

  @Query(() => [CollectionType])
  async collections(@Ctx() { session }: Context): Promise<CollectionType[]> {
    return (await session.collections.list()).map((row) => new CollectionType(row));
  }

  @Query(() => CollectionType, { nullable: true })
  async collection(
    @Arg('name', () => String) name: string,
    @Ctx() { session }: Context,
  ): Promise<CollectionType | null> {
    const row = await session.collections.find(name);
    return row && new CollectionType(row);
  }

  @Query(() => ImageType, { nullable: true })
  async image(
    @Arg('collection', () => String, WHERE) collection: string | null,
    @Arg('imageId', () => ID) imageId: string,
    @Ctx() { session }: Context,
  ): Promise<ImageType | null> {
    const found = await session.images.find(collection ?? null, imageId);
    return found && new ImageType(found.image, found.collection);
  }

  @Query(() => [TextProbabilityType], {
    description: 'Zero-shot: how probable each text is for an image, against the others given.',
  })
  async rankTexts(
    @Arg('texts', () => [String]) texts: string[],
    @Arg('collection', () => String, WHERE) collection: string | null,
    @Arg('imageId', () => ID) imageId: string,
    @Ctx() { session, signal }: Context,
  ): Promise<TextProbabilityType[]> {
    const ranked = await session.searches.rankTexts(texts, collection ?? null, imageId, signal);
    return ranked.map(({ text, probability, similarity }) => new TextProbabilityType(text, probability, similarity));
  }

  @Query(() => ServerInfoType)
  async serverInfo(@Ctx() { session }: Context): Promise<ServerInfoType> {
    return new ServerInfoType(await session.server.info());
  }
}

function queryOf({ text, imageId, picture }: SearchQueryInput): SearchedBy {
  if (typeof text === 'string') return { text };
  if (typeof imageId === 'string') return { imageId };
  return { picture: () => parsePicture(picture ?? '') };
}
