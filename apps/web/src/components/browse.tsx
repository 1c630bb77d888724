import { useApolloClient, useQuery } from '@apollo/client/react';
import { lazy, useEffect, useMemo, useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { monthOf } from '../../logic/src/format-date';
import { CHUNK, marksOf } from '../../logic/src/gallery';
import { filterInput, type PageFilter } from '../../logic/src/page-filter';
import { SORTS, type Sort } from '../../logic/src/url-state';
import { batches } from '../../logic/src/selection';
import {
  ChooseDocument,
  MatchingCountDocument,
  MonthsDocument,
  type ImageOrder,
  type PictureFragment,
} from '../generated/operations';
import { useLanguage } from '../language';
import type { Collection } from '../types';
import { navigate } from '../use-address';
import { useTakenOut } from '../taken-out';
import { useChunks } from '../use-chunks';
import { useListViewer } from '../use-list-viewer';
import { chosen, useSelection, type SelectableList } from '../use-selection';
import { Chunk } from './chunk';
import { NoMatch } from './date-chip';
import { Gallery } from './gallery';
import { SearchFailed } from './notices';
import { SelectButton, Selectable } from './selectable';
import { Timeline } from './timeline';

const PictureByLink = lazy(() => import('./picture-by-link'));
const HitDialog = lazy(() => import('./hit-dialog'));

const FIELDS = { taken: 'TAKEN_AT', loaded: 'LOADED_AT', size: 'SIZE', name: 'NAME' } as const;
/** Labels of pictures without a time, and of those in no folder. No other label is empty. */
const NONE = '';
/** One request reads so many pictures that are selected. */
const CHOSEN_AT_ONCE = 1_000;

interface Props {
  readonly collection: Collection;
  readonly filter: PageFilter;
  readonly sort: Sort;
}

/** All pictures of a collection that match, in an order, below the months when they were taken. */
export default function Browse({ collection, filter, sort }: Props) {
  const { t, count } = useLanguage();
  const { name, imageCount } = collection;
  const matching = filterInput(filter);
  const counted = useQuery(MatchingCountDocument, {
    variables: { collection: name, filter: matching ?? {} },
    skip: matching === null,
    fetchPolicy: 'cache-and-network',
  });
  const { rounds } = useTakenOut();
  const { refetch } = counted;
  useEffect(() => {
    if (rounds > 0 && matching !== null) refetch().catch(() => undefined);
    // Only a deletion changes the number.
  }, [rounds]);
  const total = matching === null ? imageCount : counted.data?.collection?.matchingCount;
  if (counted.error && !counted.loading)
    return <SearchFailed error={counted.error} onRetry={() => void counted.refetch()} />;
  return (
    <>
      <h1 className="visually-hidden">{fill(t.allOf, { name })}</h1>
      <Timeline collection={name} filter={filter} />
      {total === undefined || total === 0 ? (
        <>
          <div className="summary">
            <p role="status">{total === undefined ? t.searching : fill(t.browsed, { count: count(total) })}</p>
          </div>
          {total === 0 && <NoMatch understood={null} hasFilter={matching !== null} />}
        </>
      ) : (
        <AllPictures
          key={JSON.stringify([name, matching, sort])}
          collection={name}
          filter={filter}
          sort={sort}
          total={total}
        />
      )}
    </>
  );
}

interface AllProps {
  readonly collection: string;
  readonly filter: PageFilter;
  readonly sort: Sort;
  readonly total: number;
}

function AllPictures({ collection, filter, sort, total }: AllProps) {
  const { t, language, count } = useLanguage();
  const client = useApolloClient();
  const [tagged, setTagged] = useState(0);
  const { rounds } = useTakenOut();
  const left = useLeft(collection, total);
  const orderBy = useMemo(() => orderOf(sort), [sort]);
  // Deletions and loads change the total.
  const version = `${total} ${tagged} ${rounds}`;
  const chunks = useChunks({ collection, filter: filterInput(filter), orderBy, version });
  const isByTime = orderBy.field === 'TAKEN_AT';
  const { data } = useQuery(MonthsDocument, {
    variables: { collection, filter: filterInput(filter) },
    fetchPolicy: 'cache-and-network',
    skip: !isByTime,
  });
  const months = useMemo(() => {
    const marks = isByTime ? marksOf(data?.facets[0]?.values ?? [], orderBy.direction === 'DESC') : [];
    return marks.length > 1 ? { marks, nameOf: (month: string) => monthName(month, language) } : null;
  }, [data, isByTime, orderBy, language]);
  const labelOf = isByTime ? monthOf : orderBy.field === 'NAME' ? folderOf : null;
  const pictureAt = (index: number) => {
    const image = chunks.at(Math.floor(index / CHUNK))?.[index % CHUNK];
    return image && { image, collection, similarity: null, distance: null };
  };
  const first = chunks.at(0)?.map((image) => ({ image, collection, similarity: null, distance: null }));
  const viewer = useListViewer({ collection, filter: filterInput(filter), orderBy, version }, pictureAt, first);
  const known = (index: number) => {
    const picture = pictureAt(index);
    return picture && chosen(picture.image, collection);
  };
  const read: SelectableList['read'] = async (from, to) => {
    const own = Array.from({ length: to - from + 1 }, (_, i) => known(from + i));
    if (own.every((picture) => picture !== undefined)) return own;
    const found = [];
    for (const [first = from] of batches(
      own.map((_, i) => from + i),
      CHOSEN_AT_ONCE,
    )) {
      const { data: page } = await client.query({
        query: ChooseDocument,
        variables: {
          ...{ collection, filter: filterInput(filter), orderBy },
          ...{ first: Math.min(CHOSEN_AT_ONCE, to - first + 1), offset: first },
        },
        fetchPolicy: 'no-cache',
      });
      found.push(...(page?.collection?.imagesConnection.edges ?? []).map(({ node }) => chosen(node, collection)));
    }
    return found;
  };
  // Its pictures are others when the component is another one.
  const selecting = useSelection({ total, at: known, read }, '');
  const scope = { collection, filter, readsDates: true, isOnce: false, match: 'auto' } as const;
  return (
    <>
      <div className="summary">
        <p role="status">{fill(t.browsed, { count: count(left) })}</p>
        <div className="summary-tools">
          <SortMenu sort={sort} />
          <SelectButton selecting={selecting} />
        </div>
      </div>
      <Selectable
        selecting={selecting}
        name={collection}
        collection={collection}
        onTagged={() => {
          setTagged(tagged + 1);
        }}
      >
        <Gallery
          collection={collection}
          total={total}
          chunks={chunks}
          labelOf={labelOf}
          headOf={(label) =>
            isByTime ? (label === NONE ? t.noDate : monthName(label, language)) : label === NONE ? t.noFolder : label
          }
          months={months}
          shown={viewer.rank}
          onOpen={viewer.open}
        />
      </Selectable>
      {viewer.rank !== null && (
        <Chunk>
          <HitDialog
            scope={scope}
            count={total}
            pictureAt={viewer.pictureAt}
            rank={viewer.rank}
            onRank={(rank) => {
              viewer.turn(rank);
              chunks.want([Math.floor(rank / CHUNK)]);
            }}
            onClose={viewer.close}
          />
        </Chunk>
      )}
      {viewer.alone !== null && (
        <Chunk>
          <PictureByLink id={viewer.alone} scope={scope} onClose={viewer.close} />
        </Chunk>
      )}
    </>
  );
}

/** The number of pictures of a list that are not hidden. @param total as the server said it last */
function useLeft(collection: string, total: number): number {
  const { hidden, waiting } = useTakenOut();
  const own = [...hidden.values()].filter((name) => name === collection).length;
  const uncounted = waiting.filter((picture) => picture.collection === collection).length;
  // The total has all deletions that were made before it came.
  const [base, setBase] = useState({ total, counted: own - uncounted });
  const current = base.total === total ? base : { total, counted: own - uncounted };
  if (current !== base) setBase(current);
  return Math.max(0, total - (own - current.counted));
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

function folderOf({ imageId }: PictureFragment): string {
  return imageId.slice(0, Math.max(0, imageId.lastIndexOf('/')));
}

function monthName(month: string, language: string): string {
  const format = { year: 'numeric', month: 'long', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en', format).format(
    Date.parse(`${month}-01T00:00:00Z`),
  );
}
