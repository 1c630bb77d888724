import { filterInput, NO_FILTER, readFilter, writeFilter, type PageFilter } from './page-filter';

const VIEWS = ['collections', 'models', 'duplicates', 'keys', 'loads'] as const;
export type View = 'search' | (typeof VIEWS)[number];

/** The state in the address bar, which is enough to show the same pictures again. */
export interface SearchAddress {
  /** Trimmed; empty on the start page and when `like` is set. */
  readonly query: string;
  /** The id of the image for a search of similar ones; null: none. */
  readonly like: string | null;
  /** Null: the default collection. */
  readonly collection: string | null;
  /** All collections are searched; then `collection` and `like` are null. */
  readonly everywhere: boolean;
  readonly filter: PageFilter;
  /** Whether a date in the text becomes a condition. */
  readonly readsDates: boolean;
  /** Whether a search gives each picture once. */
  readonly isOnce: boolean;
  /** What a text is compared with. */
  readonly match: Match;
  /** The order in which all pictures are shown when there is nothing to search for; null: none was chosen. */
  readonly sort: Sort | null;
  /** The id of the picture that is open, such as Image:123; null: none. */
  readonly open: string | null;
  readonly view: View;
}

/** What a text is compared with: what pictures show, the words in them, or both. */
export const MATCHES = ['auto', 'meaning', 'words'] as const;
export type Match = (typeof MATCHES)[number];

/** Orders of pictures. A minus is the reverse one. */
export const SORTS = ['-taken', 'taken', '-loaded', 'loaded', '-size', 'size', 'name', '-name'] as const;
export type Sort = (typeof SORTS)[number];

/** The address of the start page. */
export const START: SearchAddress = {
  ...{ query: '', like: null, collection: null, everywhere: false, readsDates: true, isOnce: false, view: 'search' },
  ...{ filter: NO_FILTER, sort: null, match: 'auto', open: null },
};

/** @param search `location.search`, with or without its question mark */
export function parseAddress(search: string): SearchAddress {
  const params = new URLSearchParams(search);
  const collection = params.get('c') || null;
  const view = VIEWS.find((one) => one === params.get('view'));
  if (view) return { ...START, collection, view };
  const query = (params.get('q') ?? '').trim();
  const everywhere = params.get('in') === 'all';
  // A hand-written link may have both; then the text counts. The id of an image is one of its collection.
  const like = query === '' && !everywhere ? params.get('like') || null : null;
  const isSearch = query !== '' || like !== null || everywhere;
  return {
    ...{ query, like },
    collection: everywhere ? null : collection,
    everywhere,
    filter: readFilter(params),
    readsDates: params.get('dates') !== 'off',
    isOnce: params.get('once') === '1',
    match: MATCHES.find((match) => match === params.get('match')) ?? 'auto',
    sort: isSearch ? null : (SORTS.find((sort) => sort === params.get('sort')) ?? null),
    open: readId(params.get('open')),
    view: 'search',
  };
}

/** The inverse of {@link parseAddress}; empty for the default state. */
export function formatAddress({
  query,
  like,
  collection,
  everywhere,
  filter,
  readsDates,
  isOnce,
  match,
  sort,
  open,
  view,
}: SearchAddress): string {
  const params = new URLSearchParams();
  if (view !== 'search') params.set('view', view);
  else if (query.trim() !== '') params.set('q', query.trim());
  else if (like && !everywhere) params.set('like', like);
  if (everywhere && view === 'search') params.set('in', 'all');
  else if (collection) params.set('c', collection);
  if (view !== 'search') return `?${params}`;
  writeFilter(filter, params);
  if (sort && query.trim() === '' && !like && !everywhere) params.set('sort', sort);
  if (!readsDates) params.set('dates', 'off');
  if (isOnce) params.set('once', '1');
  if (match !== 'auto') params.set('match', match);
  if (open) params.set('open', open.slice(ID_PREFIX.length));
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

const ID_PREFIX = 'Image:';

function readId(text: string | null): string | null {
  return text !== null && /^[1-9]\d{0,15}$/.test(text) ? ID_PREFIX + text : null;
}

/** Whether all pictures that match are shown in an order, because there is nothing to search for. */
export function isBrowsing({ query, like, everywhere, filter, sort, view }: SearchAddress): boolean {
  const isAsked = sort !== null || filterInput(filter) !== null;
  return view === 'search' && query === '' && like === null && !everywhere && isAsked;
}
