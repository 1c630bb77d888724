import { useAddress } from '../use-address';
import type { Changes } from '../use-changes';
import type { CollectionsState } from '../use-collections';
import type { SearchHistory } from '../use-history';
import { isActive, type LoadJobState } from '../use-load-job';
import type { SearchQuery } from '../generated/operations';
import { Examples } from './examples';
import {
  CollectionsFailed,
  EmptyCollection,
  LoadingPictures,
  NoCollection,
  StillLoading,
  UnknownCollection,
} from './notices';
import { Results } from './results';

interface Props {
  /** Null on the start page. */
  readonly query: SearchQuery | null;
  readonly state: CollectionsState;
  readonly changes: Changes;
  readonly load: LoadJobState;
  readonly history: SearchHistory;
  readonly onLoad: () => void;
}

/** The part below the search box: results, the start page, or the reason why there are no pictures. */
export function SearchResults({ query, state, changes, load, history, onLoad }: Props) {
  const wanted = useAddress().collection;
  const { collections, collection, isEmpty, error, retry } = state;
  if (!collections) return error && <CollectionsFailed error={error} onRetry={retry} />;
  const job = load.job && isActive(load.job) ? load.job : undefined;
  if (isEmpty) {
    // Until that is known, "no pictures" may be wrong.
    if (load.isUnknown) return null;
    const fills = job && (wanted === null || wanted === job.collection);
    if (fills) return <LoadingPictures job={job} />;
  }
  if (!collection) {
    return wanted === null ? <NoCollection onLoad={onLoad} /> : <UnknownCollection name={wanted} onLoad={onLoad} />;
  }
  if (isEmpty) return <EmptyCollection name={collection.name} onLoad={onLoad} />;
  return (
    <>
      {job?.collection === collection.name && <StillLoading job={job} />}
      {query === null ? (
        <Examples history={history} />
      ) : (
        <Results
          query={query}
          collection={collection}
          isStale={changes.stale === collection.name}
          onRefresh={changes.refresh}
          onSearched={history.add}
        />
      )}
    </>
  );
}
