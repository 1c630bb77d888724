import {
  checkFilter,
  InvalidInputError,
  needsRows,
  type EmbeddingSpace,
  type ImageFilter,
  type WentuError,
  type WordLine,
} from '@wentu/domain';
import type { IndexSettlement, SearchHit } from './ranked-search';
import type { Relevance, RelevanceLine } from './relevance';

export interface PageOptions {
  /** Number of hits per page: 1 to MAX_RESULTS. */
  readonly first: number;
  /** Cursor of the last hit of the previous page. */
  readonly after?: string;
  /** Images that are similar to this text are moved to the end: a further term of the query, of the weight −0.5. */
  readonly avoid?: string;
  /** Images whose cosine with the wanted terms is smaller are left out. */
  readonly minSimilarity?: number;
  /** Only images whose attributes match are hits. */
  readonly filter?: ImageFilter;
  /** Gives each picture once: later hits that show the same picture are in `duplicates` of the first one. */
  readonly collapse?: boolean;
}

/** Options within their limits. */
export interface CheckedOptions extends PageOptions {
  readonly minSimilarity: number;
  readonly collapse: boolean;
}

/** What was measured of the models. */
export interface SearchMeasures extends Pick<Relevance, 'lineOf'> {
  /** The smallest cosine of two images of this space that show the same picture. */
  nearSimilarityOf(space: EmbeddingSpace, signal?: AbortSignal): Promise<number>;
}

export interface FoundHit extends SearchHit {
  /** Name of the collection of the image. */
  readonly collection: string;
  /** Whether the image probably shows the only wanted text. Null when it is not known, and for other queries. */
  readonly isRelevant: boolean | null;
  /**
   * The similarity on a scale of all models: 0 is the mean of the text over the images, and 1 the line of relevance.
   */
  readonly relevance: number | null;
  /** Later hits of the same search that show the same picture, nearest first. Empty unless hits are collapsed. */
  readonly duplicates: readonly FoundHit[];
  /** The words of the query that the picture has, and where. Null for a hit by its meaning. */
  readonly matched: FoundWords | null;
}

/** Words that were found in a picture. */
export interface FoundWords {
  /** As they were written in the query, without white space. */
  readonly words: readonly string[];
  /** The lines that have a part of a word, in reading order. */
  readonly lines: readonly WordLine[];
}

/** A collection that a search of several could not search, and the reason. */
export interface Unanswered {
  readonly collection: string;
  readonly error: WentuError;
}

export interface SearchPage {
  /** Names of the collections that were searched, ordered. */
  readonly collections: readonly string[];
  /**
   * RANKS: the collections have several embedding spaces, and the lists of these were merged by ranks. NEWEST: images
   * with the words of the query, newest first. FUSED: those merged with the nearest images by ranks.
   */
  readonly ranking: 'SIMILARITY' | 'RANKS' | 'NEWEST' | 'FUSED';
  readonly unanswered: readonly Unanswered[];
  readonly hits: readonly { readonly hit: FoundHit; readonly cursor: string }[];
  /** Number of hits in all pages. */
  readonly total: number;
  readonly hasPreviousPage: boolean;
  readonly hasNextPage: boolean;
}

/** Largest number of hits in all pages of one search. */
export const MAX_RESULTS = 1_000;

/** @throws InvalidInputError */
export function checkOptions({ minSimilarity = -1, collapse = false, ...options }: PageOptions): CheckedOptions {
  if (!(minSimilarity >= -1 && minSimilarity <= 1))
    throw new InvalidInputError(`minSimilarity is ${minSimilarity}; give a cosine from -1 to 1`);
  if (options.filter) checkFilter(options.filter);
  return { ...options, minSimilarity, collapse };
}

/** Whether only the rows tell how many candidates are hits, so that the first page reads and counts all of them. */
export function needsCount(
  {
    minSimilarity,
    filter,
    collapse,
  }: Pick<CheckedOptions, 'minSimilarity' | 'collapse'> & { readonly filter?: ImageFilter | undefined },
  { unsettled }: IndexSettlement,
): boolean {
  return collapse || minSimilarity > -1 || unsettled > 0 || (filter !== undefined && needsRows(filter));
}

/** @param known null when the line is not known */
export function judged(
  hit: SearchHit,
  known: RelevanceLine | null,
  collection: string,
  duplicates: readonly FoundHit[] = [],
): FoundHit {
  const judgement = known && {
    isRelevant: hit.similarity >= known.line,
    relevance: (hit.similarity - known.mean) / Math.max(known.line - known.mean, Number.EPSILON),
  };
  return { ...hit, collection, ...(judgement ?? { isRelevant: null, relevance: null }), duplicates, matched: null };
}
