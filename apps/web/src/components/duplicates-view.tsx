import { useEffect } from 'react';

import { fill } from '../../logic/src/dictionary';
import { formatTime } from '../../logic/src/format-date';
import { formatBytes } from '../../logic/src/format';
import { useLanguage } from '../language';
import { onPlainClick } from '../plain-click';
import { navigate } from '../use-address';
import { useTakenOut } from '../taken-out';
import { useCollections } from '../use-collections';
import { useDuplicates, type Duplicates } from '../use-duplicates';
import { DuplicateGroupCard } from './duplicate-group';
import { ErrorText, Reason } from './error-text';
import '../styles/collections.css';

/** The duplicates of a collection, in groups: one picture of each is kept, the others can be taken out. */
export default function DuplicatesView({ collection: wanted }: { readonly collection: string | null }) {
  const { collections, collection } = useCollections(wanted);
  const { t } = useLanguage();
  if (!collections) return null;
  return (
    <section className="collections duplicates" aria-labelledby="duplicates-title">
      <div className="collections-head">
        <h1 id="duplicates-title">{fill(t.duplicatesTitle, { name: collection?.name ?? wanted ?? '' })}</h1>
        <a
          href="/?view=collections"
          onClick={onPlainClick(() => {
            navigate({ view: 'collections' });
          })}
        >
          {t.collections}
        </a>
      </div>
      <p className="models-intro">{t.duplicatesIntro}</p>
      {collection ? (
        <Groups key={collection.name} collection={collection.name} />
      ) : (
        <p role="alert">{fill(t.unknownTitle, { name: wanted ?? '' })}</p>
      )}
    </section>
  );
}

function Groups({ collection }: { readonly collection: string }) {
  const { t, count } = useLanguage();
  const duplicates = useDuplicates(collection);
  const { hidden, rounds } = useTakenOut();
  const { groups, search, busy, error } = duplicates;
  const hasResult = groups !== undefined && groups.search.finishedAt !== null;
  // In the other groups only one picture is left.
  const left =
    groups?.edges.filter(({ node: { images } }) => images.filter(({ image }) => !hidden.has(image.id)).length > 1) ??
    [];
  const isDone = groups !== undefined && groups.edges.length > 0 && left.length === 0;
  useEffect(() => {
    // The next groups.
    if (isDone) duplicates.refetch();
  }, [rounds]);
  return (
    <>
      {error && <ErrorText error={error} />}
      {search && <SearchState duplicates={duplicates} />}
      {hasResult && groups.totalCount === 0 && <p role="status">{t.duplicatesNone}</p>}
      {hasResult && groups.totalCount > 0 && (
        <p className="duplicates-sum" role="status">
          {fill(t.duplicatesSum, { count: count(groups.totalCount), size: formatBytes(groups.spareBytes) })}
        </p>
      )}
      <ul className="duplicate-groups">
        {left.map(({ cursor, node }) => (
          <DuplicateGroupCard key={cursor} collection={collection} group={node} />
        ))}
      </ul>
      {groups?.pageInfo.hasNextPage && (
        <div className="actions">
          <button type="button" disabled={busy} onClick={duplicates.more}>
            {t.duplicatesMore}
          </button>
        </div>
      )}
    </>
  );
}

/** How far the search is, and its buttons. */
function SearchState({ duplicates }: { readonly duplicates: Duplicates }) {
  const { t, language, count } = useLanguage();
  const { search, isRunning, busy, find, cancel } = duplicates;
  if (!search) return null;
  const { status, done, finishedAt, newImageCount, imageCount, error } = search;
  if (isRunning)
    return (
      <div className="install">
        <p className="install-said" role="status">
          {t.duplicatesRunning}
        </p>
        <progress aria-label={t.duplicatesRunning} max={1} {...(done === null ? {} : { value: done })} />
        <div className="card-actions">
          <button type="button" disabled={busy} onClick={cancel}>
            {t.duplicatesCancel}
          </button>
        </div>
      </div>
    );
  const date = finishedAt && formatTime(finishedAt, language);
  return (
    <div className="duplicates-search">
      {status === 'FAILED' && error && (
        <div className="panel-error" role="alert">
          <Reason {...error} />
        </div>
      )}
      <p role="status">
        {date === null
          ? t.duplicatesNever
          : fill(newImageCount > 0 ? t.duplicatesOld : t.duplicatesAt, {
              ...{ date, count: count(imageCount ?? 0), added: count(newImageCount) },
            })}
      </p>
      <button
        type="button"
        className={date === null || newImageCount > 0 ? 'primary' : ''}
        disabled={busy}
        onClick={find}
      >
        {date === null ? t.duplicatesFind : t.duplicatesAgain}
      </button>
    </div>
  );
}
