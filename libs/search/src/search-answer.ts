import {
  BEFORE_FIRST,
  type IndexSettlement,
  type PageStart,
  type RankedHits,
  type RankedQuery,
  type RankedSearch,
} from './ranked-search';
import { MAX_RESULTS, needsCount, type CheckedOptions } from './search-page';

/** More candidates than hits make it certain which are the nearest. */
const SPARE_CANDIDATES = 40;

/** What a collection contributes to a page. */
export interface SearchAnswer {
  /** The next hits of the page and one more, if there are so many. Of a collapsed search: all hits of all pages. */
  readonly hits: RankedHits['hits'];
  readonly settlement: IndexSettlement;
  /** Number of hits in all pages. Only right for the first page. */
  readonly total: number;
}

/**
 * Searches one collection for a page.
 * @param from the end of the page before, with the number of hits in all pages up to it; null for the first page
 */
export async function answerPage(
  ranked: RankedSearch,
  query: RankedQuery,
  options: CheckedOptions,
  from: { readonly start: PageStart; readonly shown: number } | null,
  signal: AbortSignal | undefined,
): Promise<SearchAnswer> {
  const { first, collapse } = options;
  const settlement = await ranked.settlementOf(query.collection);
  const counts = !from && needsCount(options, settlement);
  const isWhole = counts || collapse;
  const before = from?.shown ?? 0;
  const wanted = isWhole ? MAX_RESULTS : Math.min(first + 1, MAX_RESULTS - before);
  const known = isWhole || from ? null : await ranked.count(query, signal);
  const isOpen = known === null && !from;
  const asked = isWhole || isOpen ? MAX_RESULTS : Math.min(before + wanted + SPARE_CANDIDATES, MAX_RESULTS);
  // An earlier page may have the picture of a later hit.
  const start = from && (collapse ? { ...from.start, ...BEFORE_FIRST } : from.start);
  const limits = { wanted, first: asked, most: MAX_RESULTS };
  const { hits, candidates } = await ranked.find(query, { ...limits, settlement, from: start }, signal);
  return {
    // Hits after these are not certain to be the next ones.
    hits: hits.slice(0, wanted),
    settlement,
    // Images may have been removed since they were counted.
    total: counts ? hits.length : Math.max(known ?? candidates, hits.length),
  };
}
