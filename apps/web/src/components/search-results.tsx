import { lazy } from 'react';

import { isBrowsing } from '../../logic/src/url-state';
import { useAddress } from '../use-address';
import { isSame, type Changes } from '../use-changes';
import type { CollectionsState } from '../use-collections';
import type { SearchHistory } from '../use-history';
import { isActive, type LoadJobState } from '../use-load-job';
import type { SearchQuery } from '../generated/operations';
import { Chunk } from './chunk';
import { Examples } from './examples';
import { ModelNote } from './model-note';
import {
  CollectionsFailed,
  EmptyCollection,
  LoadingPictures,
  NoCollection,
  OpeningModel,
  StillLoading,
  UnknownCollection,
} from './notices';
import { Results } from './results';
import { WordsUnread } from './words-notes';

const Browse = lazy(() => import('./browse'));

/** The collection of the pictures that come with Wentu. */
const SAMPLES = 'samples';

interface Props {
  /** Null when there is nothing to search for. */
  readonly query: SearchQuery | null;
  readonly state: CollectionsState;
  readonly changes: Changes;
  readonly load: LoadJobState;
  readonly history: SearchHistory;
  readonly onLoad: () => void;
  /** Ends the search by a picture of the user. */
  readonly onClearPicture: () => void;
}

/** The part below the search box: results, the start page, or the reason why there are no pictures. */
export function SearchResults({ query, state, changes, load, history, onLoad, onClearPicture }: Props) {
  const address = useAddress();
  const { collection: wanted, everywhere, filter, readsDates, isOnce, match } = address;
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
  const name = everywhere ? null : collection.name;
  const searched = everywhere ? collections : [collection];
  const unread = searched.reduce((sum, { wordsUnread }) => sum + (wordsUnread ?? 0), 0);
  const isForWords = query?.text !== undefined && match !== 'meaning';
  const isBrowse = query === null && isBrowsing(address);
  const { stale, refresh } = changes;
  return (
    <>
      {job && searched.some((one) => one.name === job.collection) && <StillLoading job={job} />}
      {isForWords && unread > 0 && <WordsUnread unread={unread} />}
      {!everywhere && collection.modelState === 'OPENING' && <OpeningModel model={collection.model} />}
      {!everywhere && collection.isDemonstration && !isBrowse && <ModelNote />}
      {isBrowse ? (
        <Chunk>
          <Browse collection={collection} filter={filter} sort={address.sort ?? '-taken'} />
        </Chunk>
      ) : query === null ? (
        <Examples
          history={history}
          collection={everywhere ? null : collection}
          hasOthers={collections.filter(({ imageCount }) => imageCount > 0).length > 1}
          hasWords={!everywhere && collection.name === SAMPLES && collection.wordsUnread !== null}
        />
      ) : (
        <Results
          query={query}
          scope={{ collection: name, filter, readsDates, isOnce, match }}
          imageCount={searched.reduce((sum, { imageCount }) => sum + imageCount, 0)}
          isStale={stale !== null && isSame(stale, name === null ? 'all' : { name })}
          onRefresh={refresh}
          onSearched={history.add}
          onClearPicture={onClearPicture}
        />
      )}
    </>
  );
}
