import { InvalidInputError, type TextUnderstanding } from '@wentu/domain';
import { MAX_SEARCHED_COLLECTIONS, type SearchMatch, type SearchScope } from '@wentu/session';
import { Arg, Ctx, Float, ID, Int, Query, Resolver } from 'type-graphql';
import { AFTER, IMAGE_ID, IN } from './arguments';
import type { Context } from './context';
import { SearchMatchEnum } from './enums';
import { ImageFilterInput, toFilter } from './image-filter';
import { ImageOrderInput, listOf } from './image-order';
import { ImageType } from './image-type';
import { queryOf, SearchConnectionType, SearchQueryInput } from './search-connection';
import { TextUnderstandingType } from './text-understanding';
import { CollectionType, SearchHitType, ServerInfoType, TextProbabilityType } from './types';

const TEXT = { description: 'A text in Chinese, 1 to WENTU_MAX_TEXT_LENGTH characters (1,000 by default).' };
const FILTER = {
  nullable: true,
  description: 'Only images that match are hits. All of them are searched, however few they are.',
};
const TOP_K = 'The number of hits, 1 to WENTU_MAX_TOP_K (1,000 by default).';

const TIME_ZONE = {
  nullable: true,
  description: "The IANA name of the time zone whose today counts for dates in words. The server's by default.",
};

@Resolver()
export class SearchResolver {
  @Query(() => [SearchHitType], {
    description: 'The images nearest to a text, nearest first unless orderBy says another order.',
  })
  async searchImages(
    @Arg('text', () => String, TEXT) text: string,
    @Arg('collection', () => String, IN) collection: string | null,
    @Arg('topK', () => Int, { defaultValue: 10, description: TOP_K }) topK: number,
    @Arg('filter', () => ImageFilterInput, FILTER) filter: ImageFilterInput | null,
    @Arg('orderBy', () => ImageOrderInput, {
      nullable: true,
      description:
        'The order of the hits; without it, nearest first. The hits are the topK nearest images in each order.',
    })
    orderBy: ImageOrderInput | null,
    @Arg('datesInWords', () => Boolean, {
      defaultValue: false,
      description:
        'Whether a date in the text becomes a condition, as in search. It is false by default, because a list cannot say how the date was understood.',
    })
    datesInWords: boolean,
    @Arg('timeZone', () => String, TIME_ZONE)
    timeZone: string | null,
    @Ctx() { session, signal }: Context,
  ): Promise<SearchHitType[]> {
    const list = { ...listOf(filter, orderBy), datesInWords, ...(typeof timeZone === 'string' ? { timeZone } : {}) };
    const found = await session.searches.nearest(text, collection ?? null, topK, list, signal);
    return found.hits.map((hit) => new SearchHitType(hit));
  }

  @Query(() => SearchConnectionType, {
    description:
      'Searches by a text, an image of the collection, another picture or several of them, and gives the hits in pages.',
  })
  async search(
    @Arg('query', () => SearchQueryInput, { description: 'What to search for.' }) query: SearchQueryInput,
    @Arg('collection', () => String, IN) collection: string | null,
    @Arg('collections', () => [String], {
      nullable: true,
      description: `Several collections by their names, 1 to ${MAX_SEARCHED_COLLECTIONS}, instead of collection.`,
    })
    collections: string[] | null,
    @Arg('everywhere', () => Boolean, {
      defaultValue: false,
      description: `All collections with images, at most ${MAX_SEARCHED_COLLECTIONS}, instead of collection.`,
    })
    everywhere: boolean,
    @Arg('first', () => Int, { defaultValue: 24, description: 'The number of hits in this page, 1 to 1,000.' })
    first: number,
    @Arg('after', () => String, {
      ...AFTER,
      description: `${AFTER.description} INVALID_INPUT for a cursor of another search.`,
    })
    after: string | null,
    @Arg('avoid', () => String, {
      nullable: true,
      description:
        'A text. Images that are similar to it move towards the end: a further term of the query, with the weight −0.5.',
    })
    avoid: string | null,
    @Arg('minSimilarity', () => Float, {
      nullable: true,
      description: 'Leaves out hits with a lower similarity, −1 to 1.',
    })
    minSimilarity: number | null,
    @Arg('filter', () => ImageFilterInput, FILTER) filter: ImageFilterInput | null,
    @Arg('collapse', () => Boolean, {
      defaultValue: false,
      description:
        'Gives each picture once: hits whose file is equal to that of an earlier hit, or that look the same to the model, are in duplicates of that hit.',
    })
    collapse: boolean,
    @Arg('match', () => SearchMatchEnum, {
      defaultValue: 'MEANING',
      description:
        'What the text of the query is compared with. WORDS needs a text, and neither avoid nor minSimilarity; dates in its text are words.',
    })
    match: SearchMatch,
    @Arg('datesInWords', () => Boolean, {
      defaultValue: true,
      description:
        'Whether a date in the text of the query, such as 去年夏天 or "in March 2021", becomes a condition, if it is certainly one: `understood` says how. False: the text is searched as it is.',
    })
    datesInWords: boolean,
    @Arg('timeZone', () => String, TIME_ZONE)
    timeZone: string | null,
    @Ctx() { session: { searches }, signal }: Context,
  ): Promise<SearchConnectionType> {
    const { text } = query;
    const explain = (name: string | null, read = text): Promise<TextUnderstanding> | null =>
      typeof read === 'string' && match !== 'WORDS' ? searches.explainText(read, name) : null;
    const scope = scopeOf(collection ?? null, collections ?? null, everywhere);
    // Runs concurrently with the search, which fails with the same errors. For a cursor and for several collections,
    // only the search knows the collection.
    const isKnown = typeof scope === 'string' || (scope === null && typeof after !== 'string');
    const explaining = isKnown ? explain(scope) : null;
    explaining?.catch(() => undefined);
    const options = {
      ...{ first, collapse, datesInWords, match },
      ...(typeof timeZone === 'string' ? { timeZone } : {}),
      ...(typeof after === 'string' ? { after } : {}),
      ...(avoid ? { avoid } : {}),
      ...(typeof minSimilarity === 'number' ? { minSimilarity } : {}),
      ...(filter ? { filter: toFilter(filter) } : {}),
    };
    const page = await searches.page(queryOf(query), scope, options, signal);
    const [searched] = page.collections;
    const asked = page.understood === null ? explaining : null;
    const later = (): Promise<TextUnderstanding> | null =>
      searched === undefined ? null : explain(searched, page.understood?.text ?? text);
    return new SearchConnectionType(page, asked ?? later());
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
  async collections(@Ctx() { session, collectionCount }: Context): Promise<CollectionType[]> {
    const rows = await session.collections.list();
    collectionCount?.(rows.length);
    return rows.map((row) => new CollectionType(row));
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

function scopeOf(
  collection: string | null,
  collections: readonly string[] | null,
  everywhere: boolean,
): string | SearchScope | null {
  const given = [collection !== null, collections !== null, everywhere].filter(Boolean).length;
  if (given > 1)
    throw new InvalidInputError(
      `the search has ${given} of collection, collections and everywhere; give at most one of them`,
    );
  if (everywhere) return { everywhere };
  return collections === null ? collection : { names: collections };
}
