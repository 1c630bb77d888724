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

/** In the state of a history entry: this page has made the entry before it, so that "back" stays on the page. */
const PUSHED = 'pushed';

/** Changes the given values and keeps the others. Another search closes the picture that is open. */
export function navigate(change: Partial<SearchAddress>, mode: HistoryMode = 'push'): void {
  const before = parseAddress(location.search);
  const search = formatAddress({ ...before, open: null, ...change });
  if (search === formatAddress(before)) return;
  const url = location.pathname + search;
  if (mode === 'push') history.pushState(PUSHED, '', url);
  else history.replaceState(history.state, '', url);
  // The page below an open picture stays where it is.
  if (Object.keys(change).join() !== 'open') window.scrollTo(0, 0);
  for (const listener of listeners) listener();
}

/** A step back was requested, and the browser has not taken it yet. */
let isLeaving = false;
window.addEventListener('popstate', () => {
  isLeaving = false;
});

/**
 * Goes back to the page without the open picture, also when a link had opened the picture. Another call before the
 * picture is closed does nothing: one press of Escape may give two.
 */
export function closePicture(): void {
  if (isLeaving || parseAddress(location.search).open === null) return;
  if (history.state !== PUSHED) {
    navigate({ open: null }, 'replace');
    return;
  }
  isLeaving = true;
  history.back();
}
