import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';

import type { Collection } from './types';

export interface Changes {
  /** The shown collection when its results are outdated; null when they are current. */
  readonly stale: string | null;
  readonly refresh: () => void;
}

/**
 * Updates results when the number of pictures changes: results that are not shown are dropped from the cache, shown
 * ones stay until the user refreshes them.
 * @param shown the collection whose results are shown
 */
export function useChanges(collections: readonly Collection[] | undefined, shown: string | undefined): Changes {
  const { cache } = useApolloClient();
  const counts = useRef(new Map<string, number>());
  const [stale, setStale] = useState<string | null>(null);
  const forget = (name: string): void => {
    const ending = `"collection":${JSON.stringify(name)}}`;
    cache.modify({
      fields: {
        search: (kept: unknown, { storeFieldName, DELETE }) => (storeFieldName.endsWith(ending) ? DELETE : kept),
      },
    });
    cache.gc();
  };
  useEffect(() => {
    for (const { name, imageCount } of collections ?? []) {
      const before = counts.current.get(name);
      counts.current.set(name, imageCount);
      if (before === undefined || before === imageCount) continue;
      if (name === shown) setStale(name);
      else forget(name);
    }
  });
  useEffect(() => {
    // When the user leaves the outdated results, they are dropped, so the next visit shows new ones.
    if (stale === null || stale === shown) return;
    forget(stale);
    setStale(null);
  });
  return {
    stale,
    refresh: () => {
      if (stale === null) return;
      setStale(null);
      forget(stale);
    },
  };
}
