import { useState } from 'react';

import { parseHistory, remember } from '../logic/src/history';
import { readStored, store } from './stored';

const KEY = 'wentu.history';

export interface SearchHistory {
  /** Newest first. */
  readonly queries: readonly string[];
  readonly add: (query: string) => void;
  readonly clear: () => void;
}

/** What was searched for in this browser; nobody else sees it. */
export function useHistory(): SearchHistory {
  const [queries, setQueries] = useState(() => parseHistory(readStored(KEY)));
  const keep = (next: string[]): void => {
    setQueries(next);
    store(KEY, JSON.stringify(next));
  };
  return {
    queries,
    add: (query) => {
      // Another tab may have added to it.
      keep(remember(parseHistory(readStored(KEY)), query));
    },
    clear: () => {
      keep([]);
    },
  };
}
