import {
  InvalidInputError,
  matchWords,
  noCollection,
  parseWordQuery,
  type Collection,
  type CollectionReader,
  type EmbeddedImage,
  type ImageReader,
  type TextEncoders,
  type WordQuery,
  type WordsReader,
} from '@wentu/domain';
import { collapse, type CollapsedHit, type ListedHit } from './collapse';
import { findDefaultCollection } from './default-collection';
import type { Facets } from './facets/facets';
import { QueryEncoder } from './query-encoder';
import { checkText, type TextLimits } from './rank-texts';
import { anotherSearch, readCursor, searchDigest, writeCursor, type SearchPosition } from './search-cursor';
import {
  checkOptions,
  MAX_RESULTS,
  type CheckedOptions,
  type FoundHit,
  type PageOptions,
  type SearchMeasures,
  type SearchPage,
} from './search-page';
import { collectionsIn, scopeKey, type SearchScope } from './search-scope';
import { similarityAndDistance } from './vectors';

/** The part of the metadata store that a search for words reads. */
interface WordSearchReader {
  readonly collections: Pick<CollectionReader, 'list' | 'find' | 'findById' | 'listSpaces'>;
  readonly images: Pick<ImageReader, 'get' | 'getEmbedded' | 'findEmbedded' | 'find'>;
  readonly words: Pick<WordsReader, 'find' | 'get'>;
}

/** A hit with the number of its embedding space among those of the search. */
interface WordHit extends ListedHit {
  readonly collection: Collection;
}

/** The constant of reciprocal ranks, as for several embedding spaces. */
const RANK_CONSTANT = 60;

/**
 * Finds the images that have the words of a query, newest first. Callers pass names of collections in NFC. It needs no
 * model: without the one of a collection, the similarity of its hits is 0 and their distance 2.
 */
export class WordSearcher {
  private readonly queries: QueryEncoder;

  constructor(
    private readonly reader: WordSearchReader,
    private readonly encoders: TextEncoders,
    private readonly limits: Pick<TextLimits, 'maxTextLength'>,
    private readonly measures: Pick<SearchMeasures, 'nearSimilarityOf'>,
    private readonly facets: Pick<Facets, 'fewMatching'>,
  ) {
    this.queries = new QueryEncoder(reader, encoders);
  }

  /**
   * One page of at most MAX_RESULTS images. Consecutive pages repeat no image. Images that are added or read after the
   * first page, and would be before its end, are left out.
   * @param scope the name of a collection, or several. Null: the collection of the cursor, or the default collection
   * @throws InvalidInputError when the text has no words, or the cursor belongs to another search
   */
  async page(
    text: string,
    scope: string | SearchScope | null,
    options: PageOptions,
    signal?: AbortSignal,
  ): Promise<SearchPage> {
    checkText(text, this.limits);
    const query = parseWordQuery(text);
    const checked = checkWordOptions(options);
    const { first, after, collapse: isCollapsed } = checked;
    const from = after === undefined ? null : readCursor(after);
    const { collections, digest } = await this.searched(text, scope, checked, from);
    const before = from?.shown ?? 0;
    // A collapsed page compares with all earlier hits. The first page counts.
    const isWhole = isCollapsed || !from;
    const limit = isWhole ? MAX_RESULTS : Math.min(first + 1, MAX_RESULTS - before);
    const found = await this.find(collections, query, checked, isCollapsed ? null : (from?.id ?? null), limit);
    const wanted = isCollapsed ? found : found.slice(0, Math.min(first, MAX_RESULTS - before));
    const hits = await this.read(collections, query, wanted, signal);
    const listed = isCollapsed ? await this.collapsed(collections, hits, signal) : hits.map(alone);
    const later = isCollapsed && from ? listed.filter(({ hit }) => hit.image.id < from.id) : listed;
    const shown = later.slice(0, Math.min(first, MAX_RESULTS - before));
    const total = from?.total ?? (isCollapsed ? listed.length : found.length);
    const newestId = from?.newestId ?? found[0] ?? 0;
    const collectionId = collections.length === 1 ? (collections[0]?.id ?? 0) : 0;
    return {
      ...{ collections: collections.map(({ name }) => name), ranking: 'NEWEST', unanswered: [] },
      hits: (await this.explained(shown, query, before)).map((hit, i) => ({
        hit,
        cursor: writeCursor(
          { collectionId, newestId, distance: 0, id: hit.image.id, shown: before + i + 1, total },
          digest,
        ),
      })),
      total,
      hasPreviousPage: before > 0,
      hasNextPage:
        shown.length > 0 &&
        (isCollapsed ? later.length : found.length) > shown.length &&
        before + shown.length < MAX_RESULTS,
    };
  }

  /** The collections of a search, and the digest of its cursors. */
  private async searched(
    text: string,
    scope: string | SearchScope | null,
    { filter, collapse: isCollapsed }: CheckedOptions,
    from: (SearchPosition & { readonly digest: Buffer }) | null,
  ): Promise<{ collections: Collection[]; digest: Buffer }> {
    const isSeveral = scope !== null && typeof scope === 'object';
    const collections = isSeveral
      ? await collectionsIn(this.reader.collections, scope)
      : [await this.collectionOf(scope, from)];
    const covered = isSeveral ? scopeKey(scope) : collections[0]?.id;
    const digest = searchDigest(['words', covered, text, filter ?? null, isCollapsed]);
    if (from && !digest.equals(from.digest)) throw anotherSearch();
    return { collections, digest };
  }

  private async collectionOf(name: string | null, from: SearchPosition | null): Promise<Collection> {
    const { collections } = this.reader;
    if (name === null && from) {
      const paged = await collections.findById(from.collectionId);
      if (paged) return paged;
    }
    const wanted = name ?? (await findDefaultCollection(collections));
    const found = await collections.find(wanted);
    if (!found) throw noCollection(wanted);
    return found;
  }

  /** Ids are those of one store, so a larger one is newer also in another collection. */
  private async find(
    collections: readonly Collection[],
    query: WordQuery,
    { filter }: CheckedOptions,
    before: number | null,
    limit: number,
  ): Promise<number[]> {
    const found: number[] = [];
    for (const collection of collections) {
      const few = filter && { fewMatching: () => this.facets.fewMatching(collection, filter) };
      const search = { query, filter: filter ?? null, before, limit, ...few };
      for (const id of await this.reader.words.find(collection.id, search)) found.push(id);
    }
    return found.sort((a, b) => b - a).slice(0, limit);
  }

  /** The hits in the order of the ids. Images without an embedding in the space of their collection are left out. */
  private async read(
    collections: readonly Collection[],
    query: WordQuery,
    ids: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<WordHit[]> {
    const text = query.terms.map((term) => term.text).join(' ');
    const hits = new Map<number, WordHit>();
    for (const [list, members] of bySpace(collections).entries()) {
      const [first] = members;
      if (!first || ids.length === 0) continue;
      const hasModel = (await this.encoders.of(first.activeSpace)) !== null;
      const shown = hasModel ? (await this.queries.encode([{ text, weight: 1 }], first, signal)).shown : null;
      for (const spaceId of new Set(members.map(({ activeSpace }) => activeSpace.id)))
        for (const row of await this.reader.images.getEmbedded(spaceId, ids)) {
          const collection = members.find(({ id }) => id === row.collectionId);
          if (collection?.activeSpace.id === spaceId && row.state === 'READY')
            hits.set(row.id, hitOf(row, shown, collection, list));
        }
    }
    return ids.flatMap((id) => hits.get(id) ?? []);
  }

  private async collapsed(
    collections: readonly Collection[],
    hits: readonly WordHit[],
    signal: AbortSignal | undefined,
  ): Promise<CollapsedHit<WordHit>[]> {
    const spaces = bySpace(collections).map(([first]) => first?.activeSpace);
    return await collapse(hits, spaces, this.measures, signal);
  }

  /** Adds the words and where they are. */
  private async explained(
    hits: readonly CollapsedHit<WordHit>[],
    query: WordQuery,
    before: number,
  ): Promise<FoundHit[]> {
    const lines = await this.reader.words.get(
      hits.flatMap((hit) => [hit, ...hit.duplicates].map(({ hit: { image } }) => image.id)),
    );
    const explain = ({ hit, collection }: WordHit, score: number, duplicates: readonly FoundHit[]): FoundHit => {
      const read = lines.get(hit.image.id) ?? [];
      const match = matchWords(query, read);
      // A picture may have been read again since it was found.
      const matched = match && { words: match.words, lines: match.lines.flatMap((line) => read[line] ?? []) };
      return { ...hit, score, collection: collection.name, isRelevant: null, relevance: null, duplicates, matched };
    };
    return hits.map((each, i) => {
      const score = 1 / (RANK_CONSTANT + before + i + 1);
      return explain(
        each,
        score,
        each.duplicates.map((same) => explain(same, score, [])),
      );
    });
  }
}

/** @throws InvalidInputError for options that need similarities */
function checkWordOptions(options: PageOptions): CheckedOptions {
  for (const name of ['avoid', 'minSimilarity'] as const)
    if (options[name] !== undefined)
      throw new InvalidInputError(
        `a search for words has no ${name}, because it does not compare similarities; leave ${name} out, or search with match: MEANING`,
      );
  return checkOptions(options);
}

/** @param text null: nothing is compared, as if the vectors were at right angles */
function hitOf(
  { vector, ...image }: EmbeddedImage,
  text: Float32Array | null,
  collection: Collection,
  list: number,
): WordHit {
  const { similarity, distance } = text ? similarityAndDistance(text, vector) : { similarity: 0, distance: 2 };
  return { hit: { similarity, distance, score: similarity, image }, rank: distance, vector, collection, list };
}

function alone(hit: WordHit): CollapsedHit<WordHit> {
  return { ...hit, duplicates: [] };
}

/** Collections whose vectors can be compared, in one list each. */
function bySpace(collections: readonly Collection[]): Collection[][] {
  const lists = new Map<string, Collection[]>();
  for (const collection of collections) {
    const { space, dimension } = collection.activeSpace;
    const key = `${dimension} ${space}`;
    lists.set(key, [...(lists.get(key) ?? []), collection]);
  }
  return [...lists.values()];
}
