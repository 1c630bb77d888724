import { useApolloClient, useMutation, useQuery } from '@apollo/client/react';
import { useEffect } from 'react';

import { fill } from '../../logic/src/dictionary';
import {
  CollectionsDocument,
  CollectionsWithSamplesDocument,
  LoadAgainDocument,
  SourcesDocument,
  WatchSourceDocument,
  type SourcesQuery,
} from '../generated/operations';
import { useLanguage } from '../language';
import { isActive } from '../use-load-job';
import { Description, ErrorText, Reason } from './error-text';
import { Failures } from './load-progress';
import { Modal } from './modal';

type Source = NonNullable<SourcesQuery['collection']>['sources'][number];

/** How often the sources are read while one of them is loaded. */
const LOADING_MS = 1_000;
const IDLE_MS = 5_000;

/** The folders that were loaded into a collection, each with its last load. */
export function SourcesDialog({ collection, onClose }: { readonly collection: string; readonly onClose: () => void }) {
  const { t } = useLanguage();
  const client = useApolloClient();
  const { data, error, startPolling, stopPolling } = useQuery(SourcesDocument, {
    variables: { collection },
    fetchPolicy: 'network-only',
    skipPollAttempt: () => document.hidden,
  });
  const [loadAgain, loading] = useMutation(LoadAgainDocument, { refetchQueries: [SourcesDocument] });
  const [watch, watching] = useMutation(WatchSourceDocument);
  const sources = data?.collection?.sources;
  const isLoading = sources?.some(({ lastLoad }) => lastLoad !== null && isActive(lastLoad)) ?? false;
  useEffect(() => {
    startPolling(isLoading ? LOADING_MS : IDLE_MS);
    return stopPolling;
  }, [isLoading, startPolling, stopPolling]);
  useEffect(() => {
    if (!isLoading) void client.refetchQueries({ include: [CollectionsDocument, CollectionsWithSamplesDocument] });
  }, [client, isLoading]);
  const title = fill(t.sourcesTitle, { name: collection });
  const failure = loading.error ?? watching.error ?? error;
  return (
    <Modal className="panel" label={title} onClose={onClose}>
      <h2>{title}</h2>
      <p>{t.sourcesText}</p>
      {failure && <ErrorText error={failure} />}
      {sources?.length === 0 && <p role="status">{t.sourcesNone}</p>}
      <ul className="sources" aria-label={title}>
        {sources?.map((source) => (
          <SourceLine
            key={source.id}
            source={source}
            busy={loading.loading || watching.loading}
            onLoad={() => {
              loadAgain({ variables: { source: source.id } }).catch(() => undefined);
            }}
            onWatch={(on) => {
              watch({ variables: { source: source.id, on } }).catch(() => undefined);
            }}
          />
        ))}
      </ul>
    </Modal>
  );
}

interface LineProps {
  readonly source: Source;
  readonly busy: boolean;
  readonly onLoad: () => void;
  readonly onWatch: (on: boolean) => void;
}

function SourceLine({ source, busy, onLoad, onWatch }: LineProps) {
  const { t, count } = useLanguage();
  const { directory, state, imageCount, lastLoad, watch } = source;
  const watchNote =
    watch && { STARTING: t.watchStarting, EVENTS: null, POLLING: t.watchPolling, AWAY: t.watchAway }[watch.state];
  const problem = {
    AVAILABLE: null,
    MISSING: t.sourceMissing,
    OUTSIDE_ROOTS: t.sourceOutside,
    UNREADABLE: t.sourceUnreadable,
  }[state];
  return (
    <li>
      <div>
        <b>{directory}</b>
        <p>{fill(t.pictures, { count: count(imageCount) })}</p>
        {problem !== null && <p className="source-problem">{problem}</p>}
        <label className="source-watch">
          <input
            type="checkbox"
            role="switch"
            checked={watch !== null}
            disabled={busy || (watch === null && state !== 'AVAILABLE')}
            aria-label={`${t.watch}: ${directory}`}
            onChange={(event) => {
              onWatch(event.target.checked);
            }}
          />
          {t.watch}
        </label>
        {watchNote && (
          <p>
            <Description text={watchNote} {...(watch.problem === null ? {} : { details: watch.problem })} />
          </p>
        )}
        {lastLoad === null ? <p>{t.sourceUnknown}</p> : <LastLoad load={lastLoad} />}
      </div>
      <button
        type="button"
        disabled={busy || state !== 'AVAILABLE' || (lastLoad !== null && isActive(lastLoad))}
        aria-label={`${t.loadAgain}: ${directory}`}
        onClick={onLoad}
      >
        {t.loadAgain}
      </button>
    </li>
  );
}

function LastLoad({ load }: { readonly load: NonNullable<Source['lastLoad']> }) {
  const { t, language } = useLanguage();
  const { status, finishedAt, failed, failures, error } = load;
  const text = t[`status${status}`];
  const date = finishedAt === null ? '' : new Date(finishedAt).toLocaleString(language === 'zh' ? 'zh-CN' : 'en');
  return (
    <>
      <p>{finishedAt === null ? text : fill(t.sourceLoaded, { status: text, date })}</p>
      {error && <Reason {...error} />}
      <Failures title={t.failuresTitle} failures={failures} total={failed} />
    </>
  );
}
