/** What the address bar holds: enough to come back to the same pictures. */
export interface SearchAddress {
  /** Trimmed; empty on the start page. */
  readonly query: string;
  /** Null: whichever collection is the default one. */
  readonly collection: string | null;
}

/** @param search `location.search`, with or without its question mark */
export function parseAddress(search: string): SearchAddress {
  const params = new URLSearchParams(search);
  return { query: (params.get('q') ?? '').trim(), collection: params.get('c') || null };
}

/** The inverse of {@link parseAddress}; empty when there is nothing to say. */
export function formatAddress({ query, collection }: SearchAddress): string {
  const params = new URLSearchParams();
  if (query.trim() !== '') params.set('q', query.trim());
  if (collection) params.set('c', collection);
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
