import { useQuery } from '@apollo/client/react';
import { useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { useLanguage } from '../language';
import { SEARCH, type Collection, type SearchQuery } from '../operations';
import { HitDialog } from './hit-dialog';
import { HitTile, SkeletonTiles } from './hit-tile';
import { Notice, SearchFailed } from './notices';

const PAGE = 24;

interface Props {
  readonly sought: SearchQuery;
  readonly collection: Collection;
}

export function Results({ sought, collection }: Props) {
  const { t, count } = useLanguage();
  const [openRank, setOpenRank] = useState<number | null>(null);
  const [growing, setGrowing] = useState(false);

  const { data, previousData, error, loading, refetch, fetchMore } = useQuery(SEARCH, {
    variables: { query: sought, collection: collection.name, first: PAGE },
  });
  if (error && !loading) return <SearchFailed error={error} onRetry={() => void refetch()} />;

  // The old pictures stay until the new ones are here: a page that flickers at each pause in typing is hard to use.
  const result = (data ?? previousData)?.search;
  const hits = result?.edges.map(({ node }) => node);
  if (hits && hits.length === 0 && !loading) {
    return (
      <Notice title={t.noHitsTitle} text={t.noHitsText}>
        <button type="button" className="primary" onClick={() => void refetch()}>
          {t.retry}
        </button>
      </Notice>
    );
  }
  const grow = (): void => {
    setGrowing(true);
    fetchMore({ variables: { after: result?.pageInfo.endCursor ?? null } })
      // A result is kept for ten minutes: whoever comes back later gets it anew, from its beginning.
      .catch(() => refetch())
      .catch(() => undefined)
      .finally(() => {
        setGrowing(false);
      });
  };
  const total = collection.imageCount;
  const summary = data ? describe(sought, data.search.edges.length) : t.searching;
  function describe(what: SearchQuery, shown: number): string {
    const counts = { count: count(shown), total: count(total) };
    if ('text' in what) return fill(t.nearest, { query: what.text, ...counts });
    return 'imageId' in what
      ? fill(t.similarTo, { imageId: what.imageId, ...counts })
      : fill(t.similarToPicture, counts);
  }
  return (
    <>
      <p className="summary" role="status">
        {summary}
      </p>
      <ol className={loading && !growing ? 'grid grid-stale' : 'grid'} aria-busy={loading || growing}>
        {hits?.map((hit, rank) => (
          <HitTile
            key={hit.image.id}
            hit={hit}
            rank={rank + 1}
            onOpen={() => {
              setOpenRank(rank);
            }}
          />
        ))}
        {(!hits || growing) && <SkeletonTiles count={Math.min(PAGE, total)} />}
        {/* Takes up what is left of the last row, which would be blown up otherwise. */}
        <li className="grid-end" aria-hidden="true" />
      </ol>
      <div className="grid-foot">
        {result?.pageInfo.hasNextPage ? (
          <button type="button" disabled={loading || growing} onClick={grow}>
            {growing ? t.moreLoading : t.more}
          </button>
        ) : (
          data && (
            <p>
              {fill(data.search.totalCount < total - 1 ? t.mostShown : t.allShown, {
                count: count(data.search.totalCount),
              })}
            </p>
          )
        )}
      </div>
      {hits && openRank !== null && (
        <HitDialog
          hits={hits}
          rank={openRank}
          onRank={setOpenRank}
          onClose={() => {
            setOpenRank(null);
          }}
        />
      )}
    </>
  );
}
