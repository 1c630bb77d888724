import { useCallback, useState } from 'react';

import { parseHistory, remember } from '../logic/src/history';
import { readStored, store } from './stored';

const KEY = 'wentu.history';

export interface SearchHistory {
  /** Newest first. */
  readonly queries: readonly string[];
  readonly add: (query: string) => void;
  readonly clear: () => void;
}

/** The recent queries of this browser; they are not sent to the server. */
export function useHistory(): SearchHistory {
  const [queries, setQueries] = useState(() => parseHistory(readStored(KEY)));
  const keep = useCallback((next: string[]): void => {
    setQueries((before) => (before.join('\n') === next.join('\n') ? before : next));
    store(KEY, JSON.stringify(next));
  }, []);
  // Another tab may have added to the history or cleared it.
  const add = useCallback(
    (query: string) => {
      keep(remember(parseHistory(readStored(KEY)), query));
    },
    [keep],
  );
  const clear = useCallback(() => {
    keep([]);
  }, [keep]);
  return { queries, add, clear };
}
