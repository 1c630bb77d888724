import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';

import type { Collection } from './types';

export interface Changes {
  /** The collection whose results are shown, and are no longer what a search would find; null: they are. */
  readonly stale: string | null;
  readonly refresh: () => void;
}

/**
 * What becomes of results when pictures come or go: those that nobody looks at are forgotten, the ones that are shown stay until they are asked to change.
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
    // Whoever leaves them finds the new ones when they come back.
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
