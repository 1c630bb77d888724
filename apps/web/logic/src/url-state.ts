/** The state in the address bar, which is enough to show the same pictures again. */
export interface SearchAddress {
  /** Trimmed; empty on the start page and when `like` is set. */
  readonly query: string;
  /** The id of the image for a search of similar ones; null: none. */
  readonly like: string | null;
  /** Null: the default collection. */
  readonly collection: string | null;
  readonly view: 'search' | 'collections';
}

/** @param search `location.search`, with or without its question mark */
export function parseAddress(search: string): SearchAddress {
  const params = new URLSearchParams(search);
  const collection = params.get('c') || null;
  if (params.get('view') === 'collections') return { query: '', like: null, collection, view: 'collections' };
  const query = (params.get('q') ?? '').trim();
  // A hand-written link may have both; then the text counts.
  return { query, like: query === '' ? params.get('like') || null : null, collection, view: 'search' };
}

/** The inverse of {@link parseAddress}; empty for the default state. */
export function formatAddress({ query, like, collection, view }: SearchAddress): string {
  const params = new URLSearchParams();
  if (view === 'collections') params.set('view', view);
  else if (query.trim() !== '') params.set('q', query.trim());
  else if (like) params.set('like', like);
  if (collection) params.set('c', collection);
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
