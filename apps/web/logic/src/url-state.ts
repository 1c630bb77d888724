/** What the address bar holds: enough to come back to the same pictures. */
export interface SearchAddress {
  /** Trimmed; empty on the start page and where `like` is given. */
  readonly query: string;
  /** The image whose like is looked for, by its own id; null: none. */
  readonly like: string | null;
  /** Null: whichever collection is the default one. */
  readonly collection: string | null;
  readonly view: 'search' | 'collections';
}

/** @param search `location.search`, with or without its question mark */
export function parseAddress(search: string): SearchAddress {
  const params = new URLSearchParams(search);
  const collection = params.get('c') || null;
  if (params.get('view') === 'collections') return { query: '', like: null, collection, view: 'collections' };
  const query = (params.get('q') ?? '').trim();
  // Of a link that was written by hand with both, the text counts.
  return { query, like: query === '' ? params.get('like') || null : null, collection, view: 'search' };
}

/** The inverse of {@link parseAddress}; empty when there is nothing to say. */
export function formatAddress({ query, like, collection, view }: SearchAddress): string {
  const params = new URLSearchParams();
  if (view === 'collections') params.set('view', view);
  else if (query.trim() !== '') params.set('q', query.trim());
  else if (like) params.set('like', like);
  if (collection) params.set('c', collection);
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
