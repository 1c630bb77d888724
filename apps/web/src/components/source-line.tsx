import { fill } from '../../logic/src/dictionary';
import { useLanguage } from '../language';
import { offers } from '../session';
import { isActive } from '../use-load-job';
import type { Source } from '../use-loads';
import { AllFailures } from './all-failures';
import { Reason } from './error-text';
import { LoadFacts, MissingOf } from './load-line';
import { RetryFailures } from './retry-failures';

interface Props {
  readonly source: Source;
  /** Whether the line names the collection. */
  readonly withCollection: boolean;
  readonly busy: boolean;
  readonly onLoad: () => void;
  readonly onWatch: (on: boolean) => void;
  readonly onRemove: () => void;
}

/** A folder that was loaded: its last load, its watch, and a button that loads it again. */
export function SourceLine({ source, withCollection, busy, onLoad, onWatch, onRemove }: Props) {
  const { t, count } = useLanguage();
  const { directory, collection, state, imageCount, lastLoad, watch } = source;
  const isLoading = lastLoad !== null && isActive(lastLoad);
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
      <div className="load-main">
        <p className="load-what">
          <b>{directory}</b>
          <span>
            {withCollection && `→ ${collection} · `}
            {fill(t.pictures, { count: count(imageCount) })}
          </span>
        </p>
        {problem !== null && <p className="source-problem">{problem}</p>}
        {lastLoad === null ? (
          <p className="load-facts">{t.sourceUnknown}</p>
        ) : (
          <>
            <LoadFacts job={lastLoad}>
              <span>
                {t.lastLoad}{' '}
                <b className={`status status-${lastLoad.status.toLowerCase()}`}>{t[`status${lastLoad.status}`]}</b>
              </span>
            </LoadFacts>
            {lastLoad.error && (
              <div className="panel-error">
                <Reason {...lastLoad.error} />
              </div>
            )}
            {!isLoading && <MissingOf job={lastLoad} />}
            <AllFailures key={lastLoad.id} job={lastLoad} />
          </>
        )}
        {watchNote && <p className="load-facts">{watchNote}</p>}
      </div>
      <div className="load-buttons">
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
        {lastLoad && state === 'AVAILABLE' && <RetryFailures job={lastLoad} />}
        <button
          type="button"
          disabled={busy || state !== 'AVAILABLE' || isLoading}
          aria-label={`${t.loadAgain}: ${directory}`}
          onClick={onLoad}
        >
          {t.loadAgain}
        </button>
        {offers.changeImages && (
          <button
            type="button"
            className="danger"
            disabled={busy || isLoading}
            aria-label={`${t.removeSource}: ${directory}`}
            onClick={onRemove}
          >
            {t.removeSource}
          </button>
        )}
      </div>
    </li>
  );
}
