import { useMutation } from '@apollo/client/react';
import { useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { LoadAgainDocument, NewestLoadsDocument, WatchSourceDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { onPlainClick } from '../plain-click';
import { offers } from '../session';
import { navigate } from '../use-address';
import { useLoads, type Source } from '../use-loads';
import { ErrorText } from './error-text';
import { FolderIcon } from './icons';
import { EndedLoad, RunningLoad } from './load-line';
import { Notice } from './notices';
import { RemoveSourceDialog } from './remove-source-dialog';
import { SourceLine } from './source-line';
import '../styles/collections.css';
import '../styles/loads.css';

interface Props {
  /** Null: the loads of all collections. */
  readonly collection: string | null;
  /** Opens the dialog of a load. @param collection empty: the name of the folder is proposed */
  readonly onLoad: (collection: string) => void;
}

/** All loads, running and ended, and the folders that were loaded, at an address of their own. */
export default function LoadsView({ collection, onLoad }: Props) {
  const { t } = useLanguage();
  const state = useLoads(collection);
  const [loadAgain, loading] = useMutation(LoadAgainDocument, { refetchQueries: [NewestLoadsDocument] });
  const [watch, watching] = useMutation(WatchSourceDocument);
  /** The source that the user acts on; only its buttons wait. */
  const [acted, setActed] = useState<string | null>(null);
  const [removed, setRemoved] = useState<Source | null>(null);
  const isBusy = loading.loading || watching.loading;
  const error = loading.error ?? watching.error ?? state.error;
  const { sources, running, ended } = state;
  const isEmpty = sources?.length === 0 && running.length === 0 && ended.length === 0;
  const title = collection === null ? t.loads : fill(t.loadsOf, { name: collection });
  return (
    <section className="collections loads" aria-labelledby="loads-title">
      <div className="collections-head">
        <h1 id="loads-title">{title}</h1>
        <div className="load-buttons">
          {collection !== null && (
            <a
              className="button"
              href="/?view=loads"
              onClick={onPlainClick(() => {
                navigate({ collection: null });
              })}
            >
              {t.loadsOfAll}
            </a>
          )}
          {offers.load && (
            <button
              type="button"
              className="primary"
              onClick={() => {
                onLoad(collection ?? '');
              }}
            >
              {t.load}
            </button>
          )}
        </div>
      </div>
      {error !== undefined && error !== null && <ErrorText error={error} />}
      {isEmpty && (
        <Notice title={t.loadsNoneTitle} text={t.loadsNoneText}>
          {null}
        </Notice>
      )}
      {running.length > 0 && (
        <section aria-labelledby="running-title">
          <h2 id="running-title">{t.loadsRunning}</h2>
          <ul className="load-list">
            {running.map((job) => (
              <RunningLoad key={job.id} job={job} />
            ))}
          </ul>
        </section>
      )}
      {sources && sources.length > 0 && (
        <section aria-labelledby="folders-title">
          <h2 id="folders-title">
            <FolderIcon />
            {t.sources}
          </h2>
          <ul className="load-list">
            {sources.map((source) => (
              <SourceLine
                key={source.id}
                source={source}
                withCollection={collection === null}
                busy={isBusy && acted === source.id}
                onRemove={() => {
                  setRemoved(source);
                }}
                onLoad={() => {
                  setActed(source.id);
                  loadAgain({ variables: { source: source.id } }).catch(() => undefined);
                }}
                onWatch={(on) => {
                  setActed(source.id);
                  watch({ variables: { source: source.id, on } }).catch(() => undefined);
                }}
              />
            ))}
          </ul>
        </section>
      )}
      {removed && (
        <RemoveSourceDialog
          source={removed}
          onClose={() => {
            setRemoved(null);
          }}
        />
      )}
      {ended.length > 0 && (
        <section aria-labelledby="ended-title">
          <h2 id="ended-title">{t.loadsEnded}</h2>
          <ul className="load-list">
            {ended.map((job) => (
              <EndedLoad key={job.id} job={job} />
            ))}
          </ul>
          {state.showMore && (
            <button type="button" className="more-loads" onClick={state.showMore}>
              {t.moreLoads}
            </button>
          )}
        </section>
      )}
    </section>
  );
}
