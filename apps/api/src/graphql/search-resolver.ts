import type { App, Sought } from '@wentu/composition';
import { NotFoundError } from '@wentu/domain';
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
    @Ctx() { app, signal }: Context,
  ): Promise<SearchHitType[]> {
    const name = await app.searcher.whereToSearch(collection);
    const hits = await app.searcher.search(text, name, topK, signal);
    return hits.map(
      ({ image, similarity, distance }) => new SearchHitType(new ImageType(image, name), similarity, distance),
    );
  }

  @Query(() => SearchConnectionType, {
    description:
      'Searches by a text, an image of the collection or another picture, and gives the result in pages. With `after`, the next page of that search; ' +
      'the other arguments are those it was begun with.',
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
    @Ctx() { app, signal }: Context,
  ): Promise<SearchConnectionType> {
    // Beside the search, which fails with the same error.
    const explained = typeof query.text === 'string' ? app.explainText(query.text) : null;
    explained?.catch(() => undefined);
    if (after !== null && after !== undefined)
      return new SearchConnectionType(await app.results.next(after, first), explained);
    const name = await app.searcher.whereToSearch(collection);
    const options = { ...(avoid ? { avoid } : {}), ...(minSimilarity === null ? {} : { minSimilarity }) };
    return new SearchConnectionType(
      await app.results.first(await soughtBy(query, app), name, first, options, signal),
      explained,
    );
  }

  @Query(() => TextUnderstandingType, {
    description:
      'What the model reads in a text: which words it does not know, and where the text is cut. Ask it beside searchImages, or of the text of `avoid`.',
  })
  async explainText(@Arg('text', () => String) text: string, @Ctx() { app }: Context): Promise<TextUnderstandingType> {
    return new TextUnderstandingType(await app.explainText(text));
  }

  @Query(() => [CollectionType])
  async collections(@Ctx() { app }: Context): Promise<CollectionType[]> {
    return (await app.reader.listCollections()).map((row) => new CollectionType(row));
  }

  @Query(() => CollectionType, { nullable: true })
  async collection(@Arg('name', () => String) name: string, @Ctx() { app }: Context): Promise<CollectionType | null> {
    const row = await app.reader.findCollection(name.normalize('NFC'));
    return row && new CollectionType(row);
  }

  @Query(() => ImageType, { nullable: true })
  async image(
    @Arg('collection', () => String, WHERE) collection: string | null,
    @Arg('imageId', () => ID) imageId: string,
    @Ctx() { app, imagesByOwnId }: Context,
  ): Promise<ImageType | null> {
    const name = await app.searcher.whereToSearch(collection);
    const found = await app.reader.findCollection(name);
    if (!found)
      throw new NotFoundError(`no collection ${JSON.stringify(name)}; the query "collections" lists those there are`);
    const row = await imagesByOwnId.load({ collectionId: found.id, imageId: imageId.normalize('NFC') });
    return row && new ImageType(row, found.name);
  }

  @Query(() => [TextProbabilityType], {
    description: 'Zero-shot: how probable each text is for an image, against the others given.',
  })
  async rankTexts(
    @Arg('texts', () => [String]) texts: string[],
    @Arg('collection', () => String, WHERE) collection: string | null,
    @Arg('imageId', () => ID) imageId: string,
    @Ctx() { app, signal }: Context,
  ): Promise<TextProbabilityType[]> {
    const name = await app.searcher.whereToSearch(collection);
    const ranked = await app.searcher.rankTexts(texts, name, imageId.normalize('NFC'), signal);
    return ranked.map(({ text, probability, similarity }) => new TextProbabilityType(text, probability, similarity));
  }

  @Query(() => ServerInfoType)
  serverInfo(@Ctx() { app }: Context): ServerInfoType {
    return new ServerInfoType({
      version: app.version,
      model: app.model.name,
      modelSource: app.modelChoice.from,
      dimension: app.model.dimension,
      executionProvider: app.provider.name,
      executionProviderReason: app.provider.reason,
      similarityFloor: app.similarityFloor,
      maxUploadBytes: app.config.limits.maxUploadBytes,
      maxTextLength: app.config.limits.maxTextLength,
      vectorStore: app.config.vectorStore,
      indexEngine: app.indexEngine,
      metadataStore: app.config.database.kind,
    });
  }
}

async function soughtBy({ text, imageId, picture }: SearchQueryInput, app: App): Promise<Sought> {
  if (typeof text === 'string') return { text };
  if (typeof imageId === 'string') return { imageId: imageId.normalize('NFC') };
  return { vector: await app.loads.encodePicture(parsePicture(picture ?? '')) };
}
