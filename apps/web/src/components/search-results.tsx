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
  readonly sought: SearchQuery | null;
  readonly state: CollectionsState;
  readonly changes: Changes;
  readonly load: LoadJobState;
  readonly history: SearchHistory;
  readonly onLoad: () => void;
}

/** What is below the box: pictures, something to begin with, or why there is nothing. */
export function SearchResults({ sought, state, changes, load, history, onLoad }: Props) {
  const wanted = useAddress().collection;
  const { collections, collection, isEmpty, error, retry } = state;
  if (!collections) return error && <CollectionsFailed error={error} onRetry={retry} />;
  const job = load.job && isActive(load.job) ? load.job : undefined;
  if (isEmpty) {
    // Before that is known, "there is nothing" would be said too soon.
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
      {sought === null ? (
        <Examples history={history} />
      ) : (
        <Results
          sought={sought}
          collection={collection}
          isStale={changes.stale === collection.name}
          onRefresh={changes.refresh}
          onSearched={history.add}
        />
      )}
    </>
  );
}
