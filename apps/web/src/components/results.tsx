import { useQuery } from '@apollo/client/react';
import { useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { useLanguage } from '../language';
import { SEARCH, type Collection } from '../operations';
import { HitDialog } from './hit-dialog';
import { HitTile, SkeletonTiles } from './hit-tile';
import { Notice, SearchFailed } from './notices';

const FIRST = 24;
const MOST = 96;

interface Props {
  readonly query: string;
  readonly collection: Collection;
}

export function Results({ query, collection }: Props) {
  const { t, count } = useLanguage();
  // Remembered with its search: the next query starts from the first page again.
  const of = JSON.stringify([collection.name, query]);
  const [grown, setGrown] = useState({ of, topK: FIRST });
  const topK = grown.of === of ? grown.topK : FIRST;
  const [openRank, setOpenRank] = useState<number | null>(null);

  const { data, previousData, error, loading, refetch } = useQuery(SEARCH, {
    variables: { text: query, collection: collection.name, topK },
  });
  if (error && !loading) return <SearchFailed error={error} onRetry={() => void refetch()} />;

  // The old pictures stay until the new ones are here: a page that flickers at each pause in typing is hard to use.
  const hits = (data ?? previousData)?.searchImages;
  if (hits && hits.length === 0 && !loading) {
    return (
      <Notice title={t.noHitsTitle} text={t.noHitsText}>
        <button type="button" className="primary" onClick={() => void refetch()}>
          {t.retry}
        </button>
      </Notice>
    );
  }
  const growing = loading && topK > FIRST;
  const total = collection.imageCount;
  const summary = data
    ? fill(t.nearest, { query, count: count(data.searchImages.length), total: count(total) })
    : t.searching;
  return (
    <>
      <p className="summary" role="status">
        {summary}
      </p>
      <ol className={loading && !growing ? 'grid grid-stale' : 'grid'} aria-busy={loading}>
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
        {(!hits || growing) && <SkeletonTiles count={Math.min(FIRST, total)} />}
        {/* Takes up what is left of the last row, which would be blown up otherwise. */}
        <li className="grid-end" aria-hidden="true" />
      </ol>
      <div className="grid-foot">
        {topK < Math.min(MOST, total) ? (
          <button
            type="button"
            disabled={loading}
            onClick={() => {
              setGrown({ of, topK: topK * 2 });
            }}
          >
            {growing ? t.moreLoading : t.more}
          </button>
        ) : (
          data && <p>{fill(total <= topK ? t.allShown : t.mostShown, { count: count(Math.min(topK, total)) })}</p>
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
