import { useSyncExternalStore } from 'react';

import type { HistoryMode } from '../logic/src/search-typing';
import { formatAddress, parseAddress, type SearchAddress } from '../logic/src/url-state';

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

/** The query and the collection in the address bar, also after back and forward. */
export function useAddress(): SearchAddress {
  return parseAddress(useSyncExternalStore(subscribe, () => location.search));
}

/** Changes the given values and keeps the others. */
export function navigate(change: Partial<SearchAddress>, mode: HistoryMode = 'push'): void {
  const search = formatAddress({ ...parseAddress(location.search), ...change });
  if (search === formatAddress(parseAddress(location.search))) return;
  const url = location.pathname + search;
  if (mode === 'push') history.pushState(null, '', url);
  else history.replaceState(null, '', url);
  window.scrollTo(0, 0);
  for (const listener of listeners) listener();
}
