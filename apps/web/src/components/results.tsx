import { lazy, useEffect, useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { shorten } from '../../logic/src/limit-text';
import { filterInput } from '../../logic/src/page-filter';
import { endText, firstOtherHit, MOST_HITS } from '../../logic/src/say';
import type { SearchScope } from '../find-variables';
import type { FindQuery, SearchQuery } from '../generated/operations';
import { useLanguage } from '../language';
import { useSearch } from '../use-search';
import { useViewer } from '../use-viewer';
import { Chunk } from './chunk';
import { DateChip, NoMatch } from './date-chip';
import { Reason } from './error-text';
import { Notice, SearchFailed } from './notices';
import { PAGE } from './page-size';
import { PictureGrid } from './picture-grid';
import { NotUnderstood, UnderstandingNotes } from './understanding';
import { NoWords } from './words-notes';

const loadDialog = () => import('./hit-dialog');
const PictureByLink = lazy(() => import('./picture-by-link'));
const HitDialog = lazy(loadDialog);

/** A query that is shown for this time goes into the history. Queries during typing do not. */
const HISTORY_DELAY_MS = 1_500;

interface Props {
  readonly query: SearchQuery;
  readonly scope: SearchScope;
  /** The number of pictures in the searched collections. */
  readonly imageCount: number;
  /** The number of pictures has changed since this search. */
  readonly isStale: boolean;
  readonly onRefresh: () => void;
  /** Called when the results of a text were shown long enough. */
  readonly onSearched: (text: string) => void;
}

export function Results({ query, scope, imageCount, isStale, onRefresh, onSearched }: Props) {
  const { t, count } = useLanguage();
  const [growing, setGrowing] = useState(false);
  const [hasDeleted, setHasDeleted] = useState(false);
  const what = JSON.stringify([query, scope]);

  useEffect(() => {
    // The user has just deleted a picture here, so the change needs no question.
    if (!isStale || !hasDeleted) return;
    setHasDeleted(false);
    onRefresh();
  }, [isStale, hasDeleted, onRefresh]);

  const { data, previousData, error, loading, refetch, fetchMore } = useSearch(query, scope);
  const shown = (data ?? previousData)?.search.edges.map(({ node }) => node) ?? [];
  const viewer = useViewer((rank) => shown[rank], shown);
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
    const { understood = null } = last ?? {};
    const hasFilter = filterInput(scope.filter) !== null;
    if (last?.ranking === 'NEWEST') return <NoWords text={text} hasFilter={hasFilter} />;
    if (understood || hasFilter)
      return (
        <>
          <h1 className="visually-hidden">{t.results}</h1>
          <NoMatch understood={understood} hasFilter={hasFilter} />
        </>
      );
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
  const isFiltered = result?.understood != null || filterInput(scope.filter) !== null;
  const isWords = result?.ranking === 'NEWEST';
  const isCounted = isFiltered || scope.isOnce || isWords;
  const total = isCounted ? (result?.totalCount ?? 0) : imageCount;
  // Lists of several models are in turns, so no line divides them.
  const isDivided = result?.ranking === 'SIMILARITY' || result?.ranking === 'FUSED';
  const firstOther = isDivided && hits ? firstOtherHit(hits) : -1;
  return (
    <>
      <h1 className="visually-hidden">{t.results}</h1>
      <div className="summary">
        <p role="status">{data ? describe(data.search.edges.length) : t.searching}</p>
        {data?.search.understood && <DateChip understood={data.search.understood} />}
      </div>
      {isStale && (
        <p className="far" role="status">
          {t.changed}{' '}
          <button type="button" onClick={onRefresh}>
            {t.refresh}
          </button>
        </p>
      )}
      {/* Words that the model does not know may be those of the pictures. */}
      {understanding && result?.ranking !== 'FUSED' && <UnderstandingNotes understanding={understanding} />}
      {data?.search.unanswered.map((each) => (
        <Unanswered key={each.collection} {...each} />
      ))}
      {data?.search.ranking === 'RANKS' && <p className="far">{t.byRanks}</p>}
      {firstOther === 0 && (
        <p className="far">
          <b>{t.farTitle}</b> {t.farText}
        </p>
      )}
      <PictureGrid
        key={what}
        pictures={hits}
        line={firstOther > 0 ? { at: firstOther, text: t.lessLike } : null}
        namesCollection={scope.collection === null}
        isStale={hits !== undefined && loading && !growing}
        isBusy={loading || growing}
        skeletons={!hits || growing ? Math.min(PAGE, imageCount) : 0}
        onOpen={viewer.open}
      />
      <div className="grid-foot">
        {result?.pageInfo.hasNextPage ? (
          <button type="button" disabled={loading || growing} onClick={grow}>
            {growing ? t.moreLoading : t.more}
          </button>
        ) : (
          data && (
            <p>
              {fill(
                t[
                  endText(data.search.totalCount, imageCount, {
                    ...{ isLike: query.imageId !== undefined, isFiltered, isOnce: scope.isOnce, isWords },
                  })
                ],
                {
                  count: count(data.search.totalCount),
                },
              )}
            </p>
          )
        )}
      </div>
      {hits && viewer.rank !== null && (
        <Chunk>
          <HitDialog
            query={query}
            scope={scope}
            count={hits.length}
            pictureAt={(rank) => hits[rank]}
            rank={viewer.rank}
            onRank={(rank) => {
              viewer.turn(rank);
              // The next ones are there when the user comes to the last one.
              if (rank >= hits.length - 2 && result?.pageInfo.hasNextPage && !growing) grow();
            }}
            onDeleted={() => {
              viewer.close();
              setHasDeleted(true);
            }}
            onClose={viewer.close}
          />
        </Chunk>
      )}
      {data && viewer.alone !== null && (
        <Chunk>
          <PictureByLink id={viewer.alone} scope={scope} onClose={viewer.close} />
        </Chunk>
      )}
    </>
  );

  function describe(shown: number): string {
    // A search gives at most so many hits, so of more there is no number.
    const counts = {
      count: count(shown),
      total: isCounted && total === MOST_HITS ? `${count(total)}+` : count(total),
    };
    const text = result?.understood?.text ?? query.text;
    const nearest = isWords ? t.withWords : scope.isOnce ? t.nearestOnce : isFiltered ? t.nearestOf : t.nearest;
    if (text !== undefined) return fill(nearest, { query: shorten(text), ...counts });
    return query.imageId !== undefined
      ? fill(t.similarTo, { imageId: shorten(query.imageId), ...counts })
      : fill(t.similarToPicture, counts);
  }
}

/** Shown above the results for each collection that could not be searched. */
function Unanswered({ collection, ...failure }: FindQuery['search']['unanswered'][number]) {
  const { t } = useLanguage();
  return (
    <p className="far" role="status">
      <b>{fill(t.unanswered, { name: collection })}</b> <Reason {...failure} />
    </p>
  );
}
