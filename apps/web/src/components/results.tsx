import { useQuery } from '@apollo/client/react';
import { lazy, useEffect, useState, type KeyboardEvent } from 'react';

import { fill } from '../../logic/src/dictionary';
import { formatScore } from '../../logic/src/format';
import { tileAfterKey } from '../../logic/src/grid-keys';
import { shorten } from '../../logic/src/limit-text';
import { endText } from '../../logic/src/say';
import { FindDocument, FloorDocument, type SearchQuery } from '../generated/operations';
import { useLanguage } from '../language';
import type { Collection } from '../types';
import { Chunk } from './chunk';
import { HitTile, SkeletonTiles } from './hit-tile';
import { Notice, SearchFailed } from './notices';
import { PAGE } from './page-size';
import { NotUnderstood, UnderstandingNotes } from './understanding';

const loadDialog = () => import('./hit-dialog');
const HitDialog = lazy(loadDialog);

/** A query that is shown for this time goes into the history. Queries during typing do not. */
const HISTORY_DELAY_MS = 1_500;
const FLOOR_POLL_MS = 10_000;

interface Props {
  readonly query: SearchQuery;
  readonly collection: Collection;
  /** The number of pictures has changed since this search. */
  readonly isStale: boolean;
  readonly onRefresh: () => void;
  /** Called when the results of a text were shown long enough. */
  readonly onSearched: (text: string) => void;
}

export function Results({ query, collection, isStale, onRefresh, onSearched }: Props) {
  const { t, count } = useLanguage();
  const [openRank, setOpenRank] = useState<number | null>(null);
  const [tabStop, setTabStop] = useState(0);
  const [growing, setGrowing] = useState(false);
  const what = JSON.stringify([query, collection.name]);
  const [shownFor, setShownFor] = useState(what);
  if (what !== shownFor) {
    // For example after the back button: the open picture belonged to another search.
    setShownFor(what);
    setOpenRank(null);
    setTabStop(0);
  }

  const search = useQuery(FindDocument, {
    variables: { query, collection: collection.name, first: PAGE },
  });
  const { previousData, error, refetch, fetchMore } = search;
  const measured = useQuery(FloorDocument, { variables: { collection: collection.name } });
  const floor = measured.data?.collection?.similarityFloor ?? null;
  const { startPolling, stopPolling } = measured;
  const isMeasured = floor !== null;
  useEffect(() => {
    // The floor of a new model is still being measured.
    if (!isMeasured) startPolling(FLOOR_POLL_MS);
    return stopPolling;
  }, [isMeasured, startPolling, stopPolling]);
  // Shown together: a note that appears after the pictures would push them down.
  const data = measured.loading ? undefined : search.data;
  const loading = search.loading || measured.loading;
  const text = query.text ?? '';
  const found = data !== undefined;
  const understanding = data?.search.understanding ?? null;
  const isNonsense = understanding?.understood === false;
  useEffect(() => {
    if (!found) return;
    // Loaded before the first picture is pressed.
    void loadDialog();
    if (text === '' || isNonsense) return;
    const timer = setTimeout(onSearched, HISTORY_DELAY_MS, text);
    return () => {
      clearTimeout(timer);
    };
  }, [found, text, isNonsense, onSearched]);
  if (error && !loading) return <SearchFailed error={error} onRetry={() => void refetch()} />;
  if (isNonsense && !loading) return <NotUnderstood text={text} />;

  // The old pictures stay until the new ones arrive: a page that flickers at each pause in typing is hard to use.
  const last = (data ?? previousData)?.search;
  const result = last?.understanding?.understood === false ? undefined : last;
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
      // The collection may have been created again, or its model may have been removed: the search starts again.
      .catch(() => refetch())
      .catch(() => undefined)
      .finally(() => {
        setGrowing(false);
      });
  };
  const total = collection.imageCount;
  const best = data?.search.edges[0]?.node.similarity;
  const isFar = text !== '' && floor !== null && best !== undefined && best < floor;
  return (
    <>
      <h1 className="visually-hidden">{t.results}</h1>
      <p className="summary" role="status">
        {data ? describe(data.search.edges.length) : t.searching}
      </p>
      {isStale && (
        <p className="far" role="status">
          {t.changed}{' '}
          <button type="button" onClick={onRefresh}>
            {t.refresh}
          </button>
        </p>
      )}
      {understanding && <UnderstandingNotes understanding={understanding} />}
      {isFar && (
        <p className="far">
          <b>{t.farTitle}</b> {fill(t.farText, { best: formatScore(best), floor: formatScore(floor) })}
        </p>
      )}
      <ol
        key={hits ? 'hits' : 'none'}
        className={hits && loading && !growing ? 'grid grid-stale' : 'grid'}
        aria-busy={loading || growing}
        onKeyDown={moveFocus}
      >
        {hits?.map((hit, rank) => (
          <HitTile
            key={hit.image.id}
            hit={hit}
            rank={rank + 1}
            isTabStop={rank === Math.min(tabStop, hits.length - 1)}
            onFocus={() => {
              setTabStop(rank);
            }}
            onOpen={() => {
              setOpenRank(rank);
            }}
          />
        ))}
        {(!hits || growing) && <SkeletonTiles count={Math.min(PAGE, total)} />}
        {/* Fills the rest of the last row, whose pictures would be enlarged otherwise. */}
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
              {fill(t[endText(data.search.totalCount, total, query.imageId !== undefined)], {
                count: count(data.search.totalCount),
              })}
            </p>
          )
        )}
      </div>
      {hits && openRank !== null && (
        <Chunk>
          <HitDialog
            query={query}
            collection={collection.name}
            hits={hits}
            rank={openRank}
            onRank={setOpenRank}
            onClose={() => {
              setOpenRank(null);
            }}
          />
        </Chunk>
      )}
    </>
  );

  function describe(shown: number): string {
    const counts = { count: count(shown), total: count(total) };
    if (query.text !== undefined) return fill(t.nearest, { query: shorten(query.text), ...counts });
    return query.imageId !== undefined
      ? fill(t.similarTo, { imageId: shorten(query.imageId), ...counts })
      : fill(t.similarToPicture, counts);
  }
}

/** Arrow keys move the focus in the visible direction. */
function moveFocus(event: KeyboardEvent<HTMLOListElement>): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const tiles = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('button.tile')];
  const at = tiles.findIndex((tile) => tile === document.activeElement);
  if (at < 0) return;
  const boxes = tiles.map((tile) => tile.getBoundingClientRect());
  const next = tileAfterKey(event.key, boxes, at);
  if (next === null) return;
  event.preventDefault();
  tiles[next]?.focus();
}
