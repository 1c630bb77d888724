import { filterInput, type PageFilter } from '../logic/src/page-filter';
import type { Match } from '../logic/src/url-state';
import type { FindQueryVariables, SearchMatch, SearchQuery } from './generated/operations';
import { PAGE } from './components/page-size';

/** Where and how the page searches. */
export interface SearchScope {
  /** Null: all collections. */
  readonly collection: string | null;
  readonly filter: PageFilter;
  /** Whether a date in the text becomes a condition. */
  readonly readsDates: boolean;
  /** Whether each picture is given once. */
  readonly isOnce: boolean;
  readonly match: Match;
}

const MATCH = { auto: 'AUTO', meaning: 'MEANING', words: 'WORDS' } as const satisfies Record<Match, SearchMatch>;

/** The variables of a search; prefetch and page have to agree, so that they share the answer. */
export function findVariables(
  query: SearchQuery,
  { collection, filter, readsDates, isOnce, match }: SearchScope,
): FindQueryVariables {
  return {
    query,
    ...{ collection, everywhere: collection === null, filter: filterInput(filter), datesInWords: readsDates },
    // A picture has no words to look for.
    ...{ collapse: isOnce, match: query.text == null ? 'MEANING' : MATCH[match] },
    ...{ timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, first: PAGE },
  };
}
