import { fill } from '../../logic/src/dictionary';
import { formatBytes, share } from '../../logic/src/format';
import { useLanguage } from '../language';
import type { Install, ModelsState } from '../use-models';
import { Reason } from './error-text';

/** An installation with its progress, and what can be done with it. */
export function InstallProgress({ install, state }: { readonly install: Install; readonly state: ModelsState }) {
  const { t } = useLanguage();
  const { id, name, downloadedBytes, totalBytes, bytesPerSecond, waitingFor, error, errorDetail } = install;
  const stopped = install.state === 'PAUSED' || install.state === 'FAILED';
  const label = t[`state${install.state}`];
  const done = install.state === 'IMPORTING' ? null : share(downloadedBytes, totalBytes);
  return (
    <li className="install">
      <p className="load-what">
        <b className={`status status-${install.state.toLowerCase()}`} role="status">
          {label}
        </b>
        <span>{name}</span>
      </p>
      <progress aria-label={`${name}: ${label}`} {...(done === null && !stopped ? {} : { value: done ?? 0 })} max={1} />
      <p className="load-line">
        <span>
          {fill(t.installBytes, {
            done: formatBytes(downloadedBytes),
            total: totalBytes === null ? '?' : formatBytes(totalBytes),
          })}
        </span>
        <span>{bytesPerSecond !== null && fill(t.installRate, { rate: formatBytes(Math.round(bytesPerSecond)) })}</span>
      </p>
      {waitingFor !== null && <Said text={t.waitingFor} details={waitingFor} />}
      {error !== null && errorDetail === null && <Said text={t.installFailed} details={error} />}
      {error !== null && errorDetail !== null && (
        <p className="install-said" role="status">
          {t.installFailed} <Reason code="UNAVAILABLE" message={error} detail={errorDetail} />
        </p>
      )}
      <div className="card-actions">
        {stopped ? (
          <button
            type="button"
            disabled={state.busy}
            aria-label={`${t.resume}: ${name}`}
            onClick={() => {
              state.resume(id);
            }}
          >
            {t.resume}
          </button>
        ) : (
          <button
            type="button"
            disabled={state.busy}
            aria-label={`${t.pause}: ${name}`}
            onClick={() => {
              state.pause(id);
            }}
          >
            {t.pause}
          </button>
        )}
        <button
          type="button"
          disabled={state.busy}
          aria-label={`${t.cancel}: ${name}`}
          onClick={() => {
            state.cancel(id);
          }}
        >
          {t.cancel}
        </button>
      </div>
    </li>
  );
}

function Said({ text, details }: { readonly text: string; readonly details: string }) {
  return (
    <p className="install-said" role="status">
      {text}
      <small className="details" lang="en">
        {details}
      </small>
    </p>
  );
}
