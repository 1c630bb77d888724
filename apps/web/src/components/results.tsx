import { useQuery } from '@apollo/client/react';
import { lazy, useEffect, useState, type KeyboardEvent } from 'react';

import { fill } from '../../logic/src/dictionary';
import { formatScore } from '../../logic/src/format';
import { tileAfterKey } from '../../logic/src/grid-keys';
import { shorten } from '../../logic/src/limit-text';
import { endText } from '../../logic/src/say';
import { FindDocument, ServerDocument, type SearchQuery } from '../generated/operations';
import { useLanguage } from '../language';
import type { Collection } from '../types';
import { Chunk } from './chunk';
import { HitTile, SkeletonTiles } from './hit-tile';
import { Notice, SearchFailed } from './notices';
import { PAGE } from './page-size';
import { NotUnderstood, UnderstandingNotes } from './understanding';

const loadDialog = () => import('./hit-dialog');
const HitDialog = lazy(loadDialog);

/** A query that was looked at for so long was meant; the ones on the way to it were not. */
const MEANT_MS = 1_500;
const FLOOR_POLL_MS = 10_000;

interface Props {
  readonly sought: SearchQuery;
  readonly collection: Collection;
  /** Pictures came or went since this was searched. */
  readonly isStale: boolean;
  readonly onRefresh: () => void;
  /** A text was searched for and looked at. */
  readonly onSearched: (text: string) => void;
}

export function Results({ sought, collection, isStale, onRefresh, onSearched }: Props) {
  const { t, count } = useLanguage();
  const [openRank, setOpenRank] = useState<number | null>(null);
  const [tabStop, setTabStop] = useState(0);
  const [growing, setGrowing] = useState(false);
  const what = JSON.stringify([sought, collection.name]);
  const [shownFor, setShownFor] = useState(what);
  if (what !== shownFor) {
    // By the back button, say: what was open belonged to another search.
    setShownFor(what);
    setOpenRank(null);
    setTabStop(0);
  }

  const search = useQuery(FindDocument, {
    variables: { query: sought, collection: collection.name, first: PAGE },
  });
  const { previousData, error, refetch, fetchMore } = search;
  const server = useQuery(ServerDocument);
  const floor = server.data?.serverInfo.similarityFloor ?? null;
  const { startPolling, stopPolling } = server;
  const isMeasured = floor !== null;
  useEffect(() => {
    // A new model is still being measured.
    if (!isMeasured) startPolling(FLOOR_POLL_MS);
    return stopPolling;
  }, [isMeasured, startPolling, stopPolling]);
  // Together: a word about the pictures that came after them would push them down.
  const data = server.loading ? undefined : search.data;
  const loading = search.loading || server.loading;
  const text = sought.text ?? '';
  const found = data !== undefined;
  const understanding = data?.search.understanding ?? null;
  const isNonsense = understanding?.understood === false;
  useEffect(() => {
    if (!found) return;
    // Ready when the first picture is pressed.
    void loadDialog();
    if (text === '' || isNonsense) return;
    const timer = setTimeout(onSearched, MEANT_MS, text);
    return () => {
      clearTimeout(timer);
    };
  }, [found, text, isNonsense, onSearched]);
  if (error && !loading) return <SearchFailed error={error} onRetry={() => void refetch()} />;
  if (isNonsense && !loading) return <NotUnderstood text={text} />;

  // The old pictures stay until the new ones are here: a page that flickers at each pause in typing is hard to use.
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
      // The collection may have been made anew, or the server changed its model: the search begins anew.
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
              {fill(t[endText(data.search.totalCount, total, sought.imageId !== undefined)], {
                count: count(data.search.totalCount),
              })}
            </p>
          )
        )}
      </div>
      {hits && openRank !== null && (
        <Chunk>
          <HitDialog
            sought={sought}
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
    if (sought.text !== undefined) return fill(t.nearest, { query: shorten(sought.text), ...counts });
    return sought.imageId !== undefined
      ? fill(t.similarTo, { imageId: shorten(sought.imageId), ...counts })
      : fill(t.similarToPicture, counts);
  }
}

/** The arrow keys lead through the grid as the eye does. */
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
