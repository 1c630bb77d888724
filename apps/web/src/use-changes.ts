import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';

import { useTakenOut } from './taken-out';
import type { Collection } from './types';

/** The collection whose results are shown, or all collections. */
export type Shown = { readonly name: string } | 'all';

export interface Changes {
  /** The shown results when they are outdated; null when they are current. */
  readonly stale: Shown | null;
  readonly refresh: () => void;
}

/**
 * Updates results when the number of pictures changes, or when the words of all of them have been read: results that
 * are not shown are dropped from the cache, shown ones stay until the user refreshes them.
 * @param shown undefined: no results are shown
 */
export function useChanges(collections: readonly Collection[] | undefined, shown: Shown | undefined): Changes {
  const { cache } = useApolloClient();
  const counts = useRef(new Map<string, { imageCount: number; unread: number; deleted: number }>());
  const { deleted: own } = useTakenOut();
  const [stale, setStale] = useState<Shown | null>(null);
  const forget = (outdated: Shown): void => {
    cache.modify({
      fields: {
        search: (kept: unknown, { storeFieldName, DELETE }) => (isOf(outdated, storeFieldName) ? DELETE : kept),
      },
    });
    cache.gc();
  };
  useEffect(() => {
    for (const { name, imageCount, wordsUnread } of collections ?? []) {
      const before = counts.current.get(name);
      const unread = wordsUnread ?? 0;
      const deleted = own.get(name) ?? 0;
      // The number comes after the answer to a deletion.
      const counted = before?.imageCount === imageCount ? before.deleted : deleted;
      counts.current.set(name, { imageCount, unread, deleted: counted });
      if (before === undefined) continue;
      const isRead = before.unread > 0 && unread === 0;
      if (before.imageCount === imageCount && !isRead) continue;
      const changed = { name };
      // Pictures that this page has deleted are not shown any more.
      const isCurrent = !isRead && before.imageCount - imageCount === deleted - before.deleted;
      for (const outdated of ['all', changed] as const)
        if (!isSame(outdated, shown)) forget(outdated);
        else if (!isCurrent) setStale(outdated);
    }
  });
  useEffect(() => {
    // When the user leaves the outdated results, they are dropped, so the next visit shows new ones.
    if (stale === null || isSame(stale, shown)) return;
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

export function isSame(a: Shown, b: Shown | null | undefined): boolean {
  return a === 'all' || b === 'all' ? a === b : a.name === b?.name;
}

/** Whether a list in the cache is that of a collection, or one of all collections. */
function isOf(shown: Shown, storeFieldName: string): boolean {
  const { collection, everywhere } = JSON.parse(storeFieldName.slice(storeFieldName.indexOf(':') + 1)) as {
    readonly collection?: string | null;
    readonly everywhere?: boolean;
  };
  return shown === 'all' ? everywhere === true : collection === shown.name;
}
