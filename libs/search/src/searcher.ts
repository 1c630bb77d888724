import {
  checkFilter,
  noCollection,
  type Collection,
  type CollectionReader,
  type ImageFilter,
  type ImageReader,
  type TextEncoders,
  type TextUnderstanding,
} from '@wentu/domain';
import { collapse as collapseHits } from './collapse';
import { findDefaultCollection } from './default-collection';
import { QueryEncoder } from './query-encoder';
import { keyOf, termsOf, type QueryTerm, type SearchTarget } from './query-terms';
import { checkText, checkTexts, rankTexts, type TextLimits, type TextProbability } from './rank-texts';
import type { RelevanceLine } from './relevance';
import { isAfter, RankedSearch, SpaceDropped, type SearchedVectors } from './ranked-search';
import { answerPage } from './search-answer';
import { anotherSearch, readCursor, searchDigest, writeCursor, type SearchPosition } from './search-cursor';
import {
  checkOptions,
  judged,
  MAX_RESULTS,
  type CheckedOptions,
  type FoundHit,
  type PageOptions,
  type SearchMeasures,
  type SearchPage,
} from './search-page';
import type { SearchScope } from './search-scope';
import { noSpaceOf, whileSpacesChange } from './space-changes';
import { UnionSearch } from './union-search';

/** The part of the metadata store that searches read. */
interface SearchReader {
  readonly collections: Pick<CollectionReader, 'list' | 'find' | 'findById' | 'listSpaces'>;
  readonly images: Pick<ImageReader, 'settlement' | 'get' | 'getEmbedded' | 'findEmbedded' | 'find'>;
}

/**
 * Finds the images nearest to a query. The index proposes candidates. The rows decide which are shown, and their
 * distances. Callers pass names of collections and ids of images in NFC: `normalName`.
 */
export class Searcher {
  private readonly ranked: RankedSearch;
  private readonly queries: QueryEncoder;
  private readonly union: UnionSearch;

  constructor(
    private readonly reader: SearchReader,
    vectors: SearchedVectors,
    private readonly encoders: TextEncoders,
    private readonly limits: TextLimits,
    private readonly measures: SearchMeasures,
  ) {
    this.ranked = new RankedSearch(reader, vectors);
    this.queries = new QueryEncoder(reader, encoders);
    this.union = new UnionSearch(reader.collections, this.ranked, this.queries, measures);
  }

  /** Call it after a repair, which changes the index without new rows. */
  noteRepair(): void {
    this.ranked.noteRepair();
  }

  /** Nearest first, equal distances by id. @param filter null: every image may be a hit */
  async search(
    text: string,
    collectionName: string,
    topK: number,
    filter: ImageFilter | null = null,
    signal?: AbortSignal,
  ): Promise<FoundHit[]> {
    checkText(text, this.limits);
    if (filter) checkFilter(filter);
    return await whileSpacesChange(() => this.searchOnce(text, collectionName, topK, filter, signal));
  }

  private async searchOnce(
    text: string,
    collectionName: string,
    topK: number,
    filter: ImageFilter | null,
    signal: AbortSignal | undefined,
  ): Promise<FoundHit[]> {
    const collection = await this.findCollection(collectionName);
    const encoded = await this.queries.encode([{ text, weight: 1 }], collection, signal);
    const query = { ...encoded, collection, minSimilarity: -1, filter };
    const settlement = await this.ranked.settlementOf(collection);
    const { hits } = await this.ranked.find(query, { wanted: topK, first: topK, most: topK, settlement }, signal);
    const line = await this.lineOf(encoded.text, collection);
    return hits.slice(0, topK).map(({ hit }) => judged(hit, line, collection.name));
  }

  /**
   * One page of a search for at most MAX_RESULTS hits, highest score first. The images of the query are no hits.
   * Consecutive pages neither repeat nor miss an image, also while the collection changes. Images that were added after
   * the first page are left out. When the collection changes its model, later pages stay in the space of the first page
   * while the collection keeps it.
   * @param scope the name of a collection, or several collections. Null: the collection of the cursor, or the default
   * collection
   * @throws InvalidInputError when the cursor belongs to another search; ConflictError when its space is being dropped
   */
  async page(
    target: SearchTarget,
    scope: string | SearchScope | null,
    options: PageOptions,
    signal?: AbortSignal,
  ): Promise<SearchPage> {
    const terms = termsOf(target, options.avoid, this.limits);
    const checked = checkOptions(options);
    if (scope !== null && typeof scope === 'object')
      return await this.union.page(target, scope, terms, checked, signal);
    return await whileSpacesChange(() => this.pageOnce(target, scope, terms, checked, signal));
  }

  private async pageOnce(
    target: SearchTarget,
    collectionName: string | null,
    terms: readonly QueryTerm[],
    options: CheckedOptions,
    signal: AbortSignal | undefined,
  ): Promise<SearchPage> {
    const { first, after, avoid, minSimilarity, filter, collapse } = options;
    const from = after === undefined ? null : readCursor(after);
    const digestIn = ({ id, activeSpace }: Collection): Buffer =>
      searchDigest([
        ...[id, activeSpace.space, keyOf(target), avoid ?? null, minSimilarity],
        // Cursors of searches without a filter are those of earlier versions.
        ...(filter ? [filter] : []),
        ...(collapse ? ['collapse'] : []),
      ]);
    const collection = await this.findPaged(collectionName, from, digestIn);
    const encoded = await this.queries.encode(terms, collection, signal);
    const query = { ...encoded, collection, minSimilarity, filter: filter ?? null };
    const place = from && { start: from, shown: from.shown };
    const answering = answerPage(this.ranked, query, options, place, signal);
    const { hits, settlement, ...counted } = await answering.catch((error: unknown) => {
      throw from && error instanceof SpaceDropped ? noSpaceOf(collection) : error;
    });
    const list = hits.map((hit) => ({ ...hit, list: 0 }));
    const listed = collapse
      ? await collapseHits(list, [collection.activeSpace], this.measures, signal)
      : list.map((hit) => ({ ...hit, duplicates: [] as typeof list }));
    const later = collapse && from ? listed.filter(({ rank, hit }) => isAfter(rank, hit.image.id, from)) : listed;
    const before = from?.shown ?? 0;
    const total = from?.total ?? Math.min(MAX_RESULTS, collapse ? listed.length : counted.total);
    const shown = later.slice(0, Math.min(first, MAX_RESULTS - before));
    const line = await this.lineOf(encoded.text, collection);
    const newestId = from?.newestId ?? settlement.newestId;
    return {
      ...{ collections: [collection.name], ranking: 'SIMILARITY', unanswered: [] },
      hits: shown.map(({ hit, rank, duplicates }, i) => ({
        hit: judged(
          hit,
          line,
          collection.name,
          duplicates.map((each) => judged(each.hit, line, collection.name)),
        ),
        cursor: writeCursor(
          { collectionId: collection.id, newestId, distance: rank, id: hit.image.id, shown: before + i + 1, total },
          digestIn(collection),
        ),
      })),
      total,
      hasPreviousPage: before > 0,
      hasNextPage: later.length > shown.length && before + shown.length < MAX_RESULTS,
    };
  }

  private async lineOf(text: Float32Array | null, collection: Collection): Promise<RelevanceLine | null> {
    return text && (await this.measures.lineOf(text, [collection]));
  }

  /** Whether an installed model makes the embeddings of the collection. */
  async isSearchable({ activeSpace }: Pick<Collection, 'activeSpace'>): Promise<boolean> {
    return (await this.encoders.of(activeSpace)) !== null;
  }

  /**
   * Explains which parts of a text the model of a collection reads.
   * @param collectionName null: the default collection; without any collection, the model of the server is used
   */
  async explainText(text: string, collectionName: string | null): Promise<TextUnderstanding> {
    checkText(text, this.limits);
    const { collections } = this.reader;
    const collection =
      collectionName === null
        ? await collections.find(await findDefaultCollection(collections))
        : await this.findCollection(collectionName);
    const encoder = collection ? await this.queries.encoderOf(collection) : this.encoders.own;
    const [understanding] = await encoder.explainTexts([text]);
    return understanding as TextUnderstanding;
  }

  /** Zero-shot: the probability of each text for one image, relative to the other given texts. */
  async rankTexts(
    texts: readonly string[],
    collectionName: string,
    imageId: string,
    signal?: AbortSignal,
  ): Promise<TextProbability[]> {
    checkTexts(texts, this.limits);
    const collection = await this.findCollection(collectionName);
    const encoder = await this.queries.encoderOf(collection);
    const { vector } = await this.queries.embedded(collection, imageId);
    return await rankTexts(texts, vector, encoder, signal);
  }

  /** The collection of a page, with the space of the first page as its active space. */
  private async findPaged(
    name: string | null,
    from: (SearchPosition & { readonly digest: Buffer }) | null,
    digestIn: (collection: Collection) => Buffer,
  ): Promise<Collection> {
    const { collections } = this.reader;
    const paged = from && name === null ? await collections.findById(from.collectionId) : null;
    const collection = paged ?? (await this.findCollection(name ?? (await findDefaultCollection(collections))));
    if (!from || digestIn(collection).equals(from.digest)) return collection;
    for (const activeSpace of await collections.listSpaces(collection.id))
      if (digestIn({ ...collection, activeSpace }).equals(from.digest)) return { ...collection, activeSpace };
    throw anotherSearch();
  }

  private async findCollection(name: string): Promise<Collection> {
    const collection = await this.reader.collections.find(name);
    if (collection) return collection;
    throw noCollection(name);
  }
}
