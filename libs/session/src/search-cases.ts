import { createHash } from 'node:crypto';
import {
  InvalidInputError,
  normalName,
  type Collection,
  type CollectionReader,
  type ImageFilter,
  type ImageOrder,
  type NewSpace,
  type TextUnderstanding,
} from '@wentu/domain';
import {
  MAX_QUERY_TERMS,
  MAX_RESULTS,
  type AutoSearcher,
  type FoundHit,
  type PageOptions,
  type QueryPart as SearchedPart,
  type Searcher,
  type SearchScope,
  type SearchPage,
  type SearchTarget,
  type TextProbability,
  type WordSearcher,
} from '@wentu/search';
import { checkCount, nameOrDefault } from './checks';
import { findDated, findDatedHits, readDate, type DatedPage, type DateOptions, type DatedText } from './dated-search';
import { Gate } from './gate';
import { normalFilter } from './normal-filter';
import { parseId } from './node-id';
import { inOrder } from './order-hits';
import type { PutPorts } from './put-cases';

/** The longest fetched picture; photos of cameras are shorter. */
const MAX_FETCHED_BYTES = 32 * 1024 * 1024;
/** Number of pictures that are fetched at the same time, and of requests that wait for that. */
const [MAX_FETCHING, MAX_FETCHES_WAITING] = [4, 32];

export interface SearchPorts {
  /** Fetches pictures from the hosts that the server allows. */
  readonly remote: PutPorts['remote'];
  readonly collections: Pick<CollectionReader, 'find' | 'list'>;
  readonly searcher: Pick<Searcher, 'search' | 'page' | 'rankTexts' | 'explainText' | 'isSearchable'>;
  readonly words: Pick<WordSearcher, 'page'>;
  readonly auto: Pick<AutoSearcher, 'page'>;
  /** Returns an L2-normalised vector in the space. @throws InvalidInputError when the bytes are not a picture */
  readonly encodePicture: (bytes: Uint8Array, space: NewSpace, signal?: AbortSignal) => Promise<Float32Array>;
  /** Below this cosine similarity an image hardly matches a text of the same space; null until it has been measured. */
  readonly calibrations: { floorOf(space: NewSpace): Promise<number | null> };
  readonly limits: { readonly maxTopK: number };
  /** Called at each search, before it begins. */
  readonly onSearch: () => void;
  readonly now: () => Date;
  /** The IANA name of the server's time zone. */
  readonly timeZone: string;
}

/** A text, an image of the collection by its id there, an image of any collection by its own id, or a picture file. */
export type QueryPart =
  | { readonly text: string }
  | { readonly imageId: string }
  | { readonly image: string }
  | { readonly picture: () => Uint8Array };

/** The input of a search: one part, or several with weights from −1 to 1. */
export type Query = QueryPart | { readonly all: readonly (QueryPart & { readonly weight: number })[] };

export interface MatchOption {
  /** MEANING by default. */
  readonly match?: SearchMatch;
}

export interface FoundHits {
  /** The name of the searched collection. */
  readonly collection: string;
  readonly hits: readonly FoundHit[];
}

/** Which images are hits, and their order. */
export interface NearestOptions extends DateOptions {
  readonly filter?: ImageFilter;
  readonly order?: ImageOrder;
}

/**
 * What a text is compared with. MEANING: what the pictures show. WORDS: the words that were read in them, as
 * `matchWords` says. AUTO: both.
 */
export type SearchMatch = 'MEANING' | 'WORDS' | 'AUTO';

/** How many pictures keep their vectors for the next page. */
const KEPT_PICTURES = 64;

/** Use cases of searches. `collection` null is the default collection. */
export class SearchCases {
  /** Vectors of recent pictures by space and content, in the order of their last use. */
  private readonly pictures = new Map<string, Float32Array>();

  private readonly fetching = new Gate(MAX_FETCHING, MAX_FETCHES_WAITING);

  constructor(private readonly ports: SearchPorts) {}

  /**
   * The bytes at a web address of a host in WENTU_FETCH_HOSTS, for a search with that picture. Nobody has checked that
   * they are one.
   * @throws InvalidInputError, ForbiddenError; ItemError FETCH_FAILED when the host does not send it
   */
  async fetchPicture(url: string, signal: AbortSignal): Promise<Buffer> {
    const fetched = await this.fetching.run(async () => {
      const { content } = await this.ports.remote.open(url, signal);
      const parts: Buffer[] = [];
      let sizeBytes = 0;
      // Leaving the loop ends the request.
      for await (const part of content as AsyncIterable<Buffer>) {
        sizeBytes += part.length;
        if (sizeBytes > MAX_FETCHED_BYTES) return null;
        parts.push(part);
      }
      return Buffer.concat(parts);
    }, signal);
    if (fetched) return fetched;
    throw new InvalidInputError(
      `the picture at ${url.slice(0, 200)} has more than ${MAX_FETCHED_BYTES} bytes; give the address of a smaller one`,
    );
  }

  /**
   * Nearest first, or the nearest ones in another order.
   * @param topK 1 to WENTU_MAX_TOP_K
   */
  async nearest(
    text: string,
    collection: string | null,
    topK: number,
    { filter, order, datesInWords = false, timeZone }: NearestOptions = {},
    signal?: AbortSignal,
  ): Promise<FoundHits> {
    const { collections, searcher, limits } = this.ports;
    const name = await nameOrDefault(collections, collection);
    checkCount('topK', topK, 1, limits.maxTopK);
    this.ports.onSearch();
    const normal = filter && normalFilter(filter);
    const find = async (rest: string, among: ImageFilter | null, most = topK): Promise<readonly FoundHit[]> =>
      await searcher.search(rest, name, most, among, signal);
    const dated = datesInWords ? this.datedIn(text, timeZone) : null;
    const found = dated && (await findDatedHits(text, dated, normal, find));
    const hits = found ?? (await find(text, normal ?? null));
    return { collection: name, hits: order ? inOrder(hits, order) : hits };
  }

  /**
   * One page of a search.
   * @param scope a collection, several, or all with images. Null: the collection of the cursor, without a cursor the
   * default collection
   * @param options `first` is 1 to 1,000. A date in the only text becomes a condition with `datesInWords`, if pictures
   * have the times of their cameras
   * @throws InvalidInputError when the cursor in `after` belongs to another search, and for words that are no text
   */
  async page(
    query: Query,
    scope: string | SearchScope | null,
    { datesInWords = false, timeZone, match = 'MEANING', ...options }: PageOptions & DateOptions & MatchOption,
    signal?: AbortSignal,
  ): Promise<DatedPage> {
    checkCount('first', options.first, 1, MAX_RESULTS);
    this.ports.onSearch();
    const { filter } = options;
    const normal = { ...options, ...(filter ? { filter: normalFilter(filter) } : {}) };
    const { searcher, words, auto } = this.ports;
    const inScope = normalScope(scope);
    if (match === 'WORDS') {
      // The words of a date are words like all others.
      return { ...(await words.page(textOf(query), inScope, normal, signal)), understood: null };
    }
    const read = async (rest: string, paged: PageOptions): Promise<SearchPage> =>
      match === 'AUTO'
        ? await auto.page(rest, inScope, paged, signal)
        : await searcher.page({ text: rest }, inScope, paged, signal);
    const text = datesInWords && 'text' in query ? query.text : null;
    const dated = text === null ? null : this.datedIn(text, timeZone);
    const found = text !== null && dated ? await findDated(text, dated, normal, read) : null;
    const whole =
      found ??
      ('text' in query
        ? await read(query.text, normal)
        : await searcher.page(this.targetOf(query), inScope, normal, signal));
    return { ...whole, understood: found?.understood ?? null };
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
    return await this.ports.calibrations.floorOf(activeSpace);
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

  private datedIn(text: string, timeZone = this.ports.timeZone): DatedText | null {
    return readDate(text, this.ports.now(), timeZone);
  }

  private targetOf(query: Query): SearchTarget {
    if (!('all' in query)) return this.partOf(query);
    // Before pictures are decoded from base64.
    if (query.all.length > MAX_QUERY_TERMS)
      throw new InvalidInputError(`all has ${query.all.length} terms; give 1 to ${MAX_QUERY_TERMS}`);
    return { all: query.all.map((term) => ({ ...this.partOf(term), weight: term.weight })) };
  }

  private partOf(part: QueryPart): SearchedPart {
    if ('text' in part) return { text: part.text };
    if ('imageId' in part) return { imageId: normalName(part.imageId) };
    if ('image' in part) return { image: imageOf(part.image) };
    const bytes = part.picture();
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

/** @throws InvalidInputError */
function textOf(query: Query): string {
  if ('text' in query) return query.text;
  throw new InvalidInputError('match: WORDS needs a text; give query: { text }, or search with match: MEANING');
}

/** Names of collections are stored in NFC. */
function normalScope(scope: string | SearchScope | null): string | SearchScope | null {
  if (scope === null || typeof scope === 'string') return scope === null ? null : normalName(scope);
  return 'names' in scope ? { ...scope, names: scope.names.map(normalName) } : scope;
}

function imageOf(id: string): number {
  const number = parseId(id, 'Image');
  if (number !== null) return number;
  throw new InvalidInputError(
    `image is ${JSON.stringify(id.slice(0, 100))}; give the id of an image, such as Image:123`,
  );
}
