import { useApolloClient, useQuery } from '@apollo/client/react';
import { lazy, useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { filterInput, type PageFilter } from '../../logic/src/page-filter';
import { SORTS, type Sort } from '../../logic/src/url-state';
import { BrowseDocument, MatchingCountDocument, type ImageOrder } from '../generated/operations';
import { useLanguage } from '../language';
import type { Collection } from '../types';
import { navigate } from '../use-address';
import { Chunk } from './chunk';
import { NoMatch } from './date-chip';
import { SearchFailed } from './notices';
import { PAGE } from './page-size';
import { PictureGrid } from './picture-grid';
import { Timeline } from './timeline';

const HitDialog = lazy(() => import('./hit-dialog'));

const FIELDS = { taken: 'TAKEN_AT', loaded: 'LOADED_AT', size: 'SIZE', name: 'NAME' } as const;

interface Props {
  readonly collection: Collection;
  readonly filter: PageFilter;
  readonly sort: Sort;
}

/** All pictures of a collection that match, in an order, below the months when they were taken. */
export function Browse({ collection, filter, sort }: Props) {
  const { t, count } = useLanguage();
  const { cache } = useApolloClient();
  const [open, setOpen] = useState<number | null>(null);
  const { name, imageCount } = collection;
  const matching = filterInput(filter);
  const { data, previousData, error, loading, refetch, fetchMore } = useQuery(BrowseDocument, {
    variables: { collection: name, filter: matching, orderBy: orderOf(sort), first: PAGE },
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
  });
  const counted = useQuery(MatchingCountDocument, {
    variables: { collection: name, filter: matching ?? {} },
    skip: matching === null,
    fetchPolicy: 'cache-and-network',
  });
  if (error && !loading) return <SearchFailed error={error} onRetry={() => void refetch()} />;
  const page = (data ?? previousData)?.collection?.imagesConnection;
  const pictures = page?.edges.map(({ node }) => ({ image: node, collection: name, similarity: null, distance: null }));
  const total = matching === null ? imageCount : counted.data?.collection?.matchingCount;
  const what = JSON.stringify([name, matching, sort]);
  return (
    <>
      <h1 className="visually-hidden">{fill(t.allOf, { name })}</h1>
      <Timeline collection={name} filter={filter} />
      <div className="summary">
        <p role="status">{total === undefined ? t.searching : fill(t.browsed, { count: count(total) })}</p>
        <SortMenu sort={sort} />
      </div>
      {pictures?.length === 0 && !loading ? (
        <NoMatch understood={null} hasFilter={matching !== null} />
      ) : (
        <PictureGrid
          key={what}
          pictures={pictures}
          line={null}
          namesCollection={false}
          isStale={data === undefined && pictures !== undefined}
          isBusy={loading}
          skeletons={pictures ? 0 : Math.min(PAGE, imageCount)}
          onOpen={setOpen}
        />
      )}
      <div className="grid-foot">
        {page?.pageInfo.hasNextPage && (
          <button
            type="button"
            disabled={loading}
            onClick={() => {
              fetchMore({ variables: { after: page.pageInfo.endCursor } }).catch(() =>
                refetch().catch(() => undefined),
              );
            }}
          >
            {t.morePictures}
          </button>
        )}
      </div>
      {pictures && open !== null && (
        <Chunk>
          <HitDialog
            query={null}
            scope={{ collection: name, filter, readsDates: true, isOnce: false, match: 'auto' }}
            hits={pictures}
            rank={open}
            onRank={setOpen}
            onDeleted={() => {
              // The list stays at its place without the picture.
              const id = pictures[open]?.image.id;
              cache.evict({ id: cache.identify({ __typename: 'Image', id }) ?? '' });
              cache.gc();
              setOpen(null);
              if (matching !== null) counted.refetch().catch(() => undefined);
            }}
            onClose={() => {
              setOpen(null);
            }}
          />
        </Chunk>
      )}
    </>
  );
}

function SortMenu({ sort }: { readonly sort: Sort }) {
  const { t } = useLanguage();
  return (
    <label className="sort">
      <span aria-hidden="true">{t.sort}</span>
      <select
        aria-label={t.sort}
        value={sort}
        onChange={(event) => {
          navigate({ sort: SORTS.find((one) => one === event.target.value) ?? null });
        }}
      >
        {SORTS.map((one) => (
          <option key={one} value={one}>
            {t[`sort${one}`]}
          </option>
        ))}
      </select>
    </label>
  );
}

function orderOf(sort: Sort): ImageOrder {
  const name = sort.replace('-', '') as keyof typeof FIELDS;
  return { field: FIELDS[name], direction: sort.startsWith('-') ? 'DESC' : 'ASC' };
}
