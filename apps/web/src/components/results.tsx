import { lazy, useEffect, useRef, useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { shorten } from '../../logic/src/limit-text';
import { filterInput } from '../../logic/src/page-filter';
import { endText, firstOtherHit, MOST_HITS } from '../../logic/src/say';
import type { SearchScope } from '../find-variables';
import type { FindQuery, SearchQuery } from '../generated/operations';
import { useLanguage } from '../language';
import { readStored, store } from '../stored';
import { useTakenOut } from '../taken-out';
import { useGrowth } from '../use-endless';
import { useFoundSelection } from '../use-found-selection';
import { useSearch } from '../use-search';
import { useViewer } from '../use-viewer';
import { Chunk } from './chunk';
import { DateChip, NoMatch } from './date-chip';
import { Reason } from './error-text';
import { Notice, SearchFailed } from './notices';
import { PAGE } from './page-size';
import { PictureGrid } from './picture-grid';
import { SelectButton, Selectable } from './selectable';
import { NotUnderstood, UnderstandingNotes } from './understanding';
import { NoWords } from './words-notes';

const loadDialog = () => import('./hit-dialog');
const PictureByLink = lazy(() => import('./picture-by-link'));
const HitDialog = lazy(loadDialog);
const SearchedPicture = lazy(() => import('./searched-picture'));

/** A query that is shown for this time goes into the history. Queries during typing do not. */
const HISTORY_DELAY_MS = 1_500;
/** The number of pictures that are added while the user scrolls. */
const NEXT_PAGE = 60;
const NUMBERS_KEY = 'wentu.numbers';

const tileAt = (index: number): string => `.grid [data-index="${index}"] button.tile`;

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
  /** Ends the search by a picture of the user. */
  readonly onClearPicture: () => void;
}

export function Results({ query, scope, imageCount, isStale, onRefresh, onSearched, onClearPicture }: Props) {
  const { t, count } = useLanguage();
  const foot = useRef<HTMLDivElement>(null);
  const [stacks, setStacks] = useState<ReadonlySet<string>>(new Set());
  const [hasNumbers, setNumbers] = useState(() => readStored(NUMBERS_KEY) === '1');
  const what = JSON.stringify([query, scope]);

  const { data, previousData, error, loading, refetch, fetchMore, variables } = useSearch(query, scope);
  const shown = ((data ?? previousData)?.search.edges ?? []).flatMap(({ node }) =>
    stacks.has(node.image.id) ? [node, ...node.duplicates] : [node],
  );
  const viewer = useViewer((rank) => shown[rank], shown);
  const list = (data ?? previousData)?.search;
  const hasMore = list?.pageInfo.hasNextPage === true;
  const { hidden, waiting } = useTakenOut();
  const taken = (data?.search.edges ?? []).filter(({ node }) => hidden.has(node.image.id)).length;
  // Open stacks add pictures.
  const extra = shown.length - (list?.edges.length ?? 0);
  const selecting = useFoundSelection(shown, (list?.totalCount ?? 0) + extra, hasMore, variables, what);
  const { isGrowing, grow } = useGrowth(
    what,
    foot,
    shown.length,
    data && hasMore && !loading
      ? () => fetchMore({ variables: { after: list.pageInfo.endCursor, first: NEXT_PAGE } })
      : null,
    // The collection may have been created again, or its model may have been removed.
    refetch,
  );
  const { rank } = viewer;
  const lastRank = useRef(rank);
  useEffect(() => {
    const last = lastRank.current;
    lastRank.current = rank;
    if (rank !== null || last === null) return undefined;
    // The dialog returns the focus to the tile that opened it, which may have been deleted.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        if (document.activeElement === document.body) document.querySelector<HTMLElement>(tileAt(last))?.focus();
      });
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [rank]);
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
  const hits = result && shown;
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
  const isFiltered = result?.understood != null || filterInput(scope.filter) !== null;
  const isWords = result?.ranking === 'NEWEST';
  const isCounted = isFiltered || scope.isOnce || isWords;
  const total = isCounted ? (result?.totalCount ?? 0) : imageCount - waiting.length;
  // Lists of several models are in turns, so no line divides them.
  const isDivided = result?.ranking === 'SIMILARITY' || result?.ranking === 'FUSED';
  const firstOther = isDivided && hits ? firstOtherHit(hits) : -1;
  return (
    <>
      <h1 className="visually-hidden">{t.results}</h1>
      {query.text == null && (
        <Chunk>
          <SearchedPicture query={query} collection={scope.collection} onClear={onClearPicture} />
        </Chunk>
      )}
      <div className="summary">
        <p role="status">{data ? describe(data.search.edges.length - taken) : t.searching}</p>
        {data?.search.understood && <DateChip understood={data.search.understood} />}
        <div className="summary-tools">
          <button
            type="button"
            className="quiet"
            aria-pressed={hasNumbers}
            title={t.numbersHint}
            onClick={() => {
              setNumbers(!hasNumbers);
              store(NUMBERS_KEY, hasNumbers ? '' : '1');
            }}
          >
            {t.numbers}
          </button>
          <SelectButton selecting={selecting} />
        </div>
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
      <Selectable
        // Another element for the first pictures: what was there before them does not move.
        key={hits ? 'hits' : 'none'}
        selecting={selecting}
        name={text === '' ? t.similarHead : shorten(text)}
        collection={scope.collection}
        onTagged={() => undefined}
      >
        <PictureGrid
          key={what}
          pictures={hits}
          line={firstOther > 0 ? { at: firstOther, text: t.lessLike } : null}
          namesCollection={scope.collection === null}
          isStale={hits !== undefined && loading && !isGrowing}
          isBusy={loading || isGrowing}
          skeletons={!hits || isGrowing ? Math.min(PAGE, imageCount) : 0}
          hasNumbers={hasNumbers}
          stacks={stacks}
          onStack={(id) => {
            const open = new Set(stacks);
            if (!open.delete(id)) open.add(id);
            setStacks(open);
          }}
          onOpen={viewer.open}
        />
      </Selectable>
      <div className="grid-foot" ref={foot}>
        {result?.pageInfo.hasNextPage ? (
          <button type="button" disabled={loading || isGrowing} onClick={grow}>
            {isGrowing ? t.moreLoading : t.more}
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
            scope={scope}
            // More of them are read when the user comes to the last one.
            count={result?.pageInfo.hasNextPage ? Math.max(hits.length + 1, result.totalCount) : hits.length}
            pictureAt={(rank) => hits[rank]}
            rank={viewer.rank}
            onRank={(rank) => {
              viewer.turn(rank);
              // The next ones are there when the user comes to the last one.
              if (rank >= hits.length - 2 && result?.pageInfo.hasNextPage && !isGrowing) grow();
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
