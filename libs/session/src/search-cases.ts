import { createHash } from 'node:crypto';
import {
  normalName,
  type Collection,
  type CollectionReader,
  type NewSpace,
  type TextUnderstanding,
} from '@wentu/domain';
import {
  MAX_RESULTS,
  type PageOptions,
  type Searcher,
  type SearchHit,
  type SearchPage,
  type SearchTarget,
  type TextProbability,
} from '@wentu/search';
import { checkCount, nameOrDefault } from './checks';

export interface SearchPorts {
  readonly collections: Pick<CollectionReader, 'find' | 'list'>;
  readonly searcher: Pick<Searcher, 'search' | 'page' | 'rankTexts' | 'explainText' | 'isSearchable'>;
  /** Returns an L2-normalised vector in the space. @throws InvalidInputError when the bytes are not a picture */
  readonly encodePicture: (bytes: Uint8Array, space: NewSpace, signal?: AbortSignal) => Promise<Float32Array>;
  /** Below this cosine similarity an image hardly matches a text of the same space; null until it has been measured. */
  readonly floors: { of(space: NewSpace): Promise<number | null> };
  readonly limits: { readonly maxTopK: number };
}

/** The input of a search: a text, an image of the collection by its id there, or a picture file. */
export type Query = { readonly text: string } | { readonly imageId: string } | { readonly picture: () => Uint8Array };

export interface FoundHits {
  /** The name of the searched collection. */
  readonly collection: string;
  readonly hits: readonly SearchHit[];
}

/** How many pictures keep their vectors for the next page. */
const KEPT_PICTURES = 64;

/** Use cases of searches. `collection` null is the default collection. */
export class SearchCases {
  /** Vectors of recent pictures by space and content, in the order of their last use. */
  private readonly pictures = new Map<string, Float32Array>();

  constructor(private readonly ports: SearchPorts) {}

  /** Nearest first. @param topK 1 to WENTU_MAX_TOP_K */
  async nearest(text: string, collection: string | null, topK: number, signal?: AbortSignal): Promise<FoundHits> {
    const { searcher, limits } = this.ports;
    const name = await nameOrDefault(this.ports.collections, collection);
    checkCount('topK', topK, 1, limits.maxTopK);
    return { collection: name, hits: await searcher.search(text, name, topK, signal) };
  }

  /**
   * One page of a search.
   * @param collection null: the collection of the cursor, without a cursor the default collection
   * @param options `first` is 1 to 1,000
   * @throws InvalidInputError when the cursor in `after` belongs to another search
   */
  async page(query: Query, collection: string | null, options: PageOptions, signal?: AbortSignal): Promise<SearchPage> {
    checkCount('first', options.first, 1, MAX_RESULTS);
    const name = collection === null ? null : normalName(collection);
    return await this.ports.searcher.page(this.targetOf(query), name, options, signal);
  }

  /**
   * Explains which words of a text the collection's model understands.
   * @param collection null: the default collection
   * @throws InvalidInputError for a text that a search refuses too
   */
  async explainText(text: string, collection: string | null): Promise<TextUnderstanding> {
    return await this.ports.searcher.explainText(text, collection === null ? null : normalName(collection));
  }

  /** Whether an installed model makes the embeddings of the collection. */
  async isSearchable(collection: Pick<Collection, 'activeSpace'>): Promise<boolean> {
    return await this.ports.searcher.isSearchable(collection);
  }

  /**
   * The cosine similarity below which an image of the collection hardly matches a text.
   * @returns null until it has been measured, which begins with the first call
   */
  async similarityFloor({ activeSpace }: Pick<Collection, 'activeSpace'>): Promise<number | null> {
    return await this.ports.floors.of(activeSpace);
  }

  /** Zero-shot classification: the probability of each text for one image, among the given texts. */
  async rankTexts(
    texts: readonly string[],
    collection: string | null,
    imageId: string,
    signal?: AbortSignal,
  ): Promise<TextProbability[]> {
    const name = await nameOrDefault(this.ports.collections, collection);
    return await this.ports.searcher.rankTexts(texts, name, normalName(imageId), signal);
  }

  private targetOf(query: Query): SearchTarget {
    if ('text' in query) return query;
    if ('imageId' in query) return { imageId: normalName(query.imageId) };
    const bytes = query.picture();
    const key = createHash('sha256').update(bytes).digest('hex');
    return { encode: async (space, signal) => await this.encodeOnce(bytes, key, space, signal), key };
  }

  /** Each page of a search comes with the picture; only the first one has to decode and encode it. */
  private async encodeOnce(
    bytes: Uint8Array,
    key: string,
    space: NewSpace,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    const name = `${space.space} ${key}`;
    const vector = this.pictures.get(name) ?? (await this.ports.encodePicture(bytes, space, signal));
    this.pictures.delete(name);
    this.pictures.set(name, vector);
    const [oldest] = this.pictures.keys();
    if (this.pictures.size > KEPT_PICTURES && oldest !== undefined) this.pictures.delete(oldest);
    return vector;
  }
}
