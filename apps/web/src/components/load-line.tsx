import { useMutation } from '@apollo/client/react';
import type { ReactNode } from 'react';

import { fill } from '../../logic/src/dictionary';
import { formatTime } from '../../logic/src/format-date';
import { formatRate, share, timeLeft } from '../../logic/src/format';
import { progressText } from '../../logic/src/say';
import { START } from '../../logic/src/url-state';
import { CancelLoadDocument, type LoadLineFragment } from '../generated/operations';
import { useLanguage } from '../language';
import { onPlainClick } from '../plain-click';
import { offers } from '../session';
import { navigate } from '../use-address';
import { AllFailures } from './all-failures';
import { ErrorText, Reason } from './error-text';
import { MissingNotice } from './missing-notice';
import { RetryFailures } from './retry-failures';

interface Props {
  readonly job: LoadLineFragment;
}

/** A load that waits or runs: how far it is, how fast, and a button that ends it. */
export function RunningLoad({ job }: Props) {
  const { t, count } = useLanguage();
  const [cancel, cancelling] = useMutation(CancelLoadDocument);
  const done = share(job.processed, job.total);
  const left = timeLeft(job.processed, job.total, job.imagesPerSecond);
  const isCancelled = cancelling.loading || (cancelling.called && !cancelling.error);
  return (
    <li>
      <div className="load-main">
        <LoadHead job={job} />
        <progress aria-label={t[`status${job.status}`]} {...(done === null ? {} : { value: done })} max={1} />
        <p className="load-facts">
          <span>{fill(t[progressText(job)], { processed: count(job.processed), total: count(job.total ?? 0) })}</span>
          {job.imagesPerSecond !== null && <span>{fill(t.rate, { rate: formatRate(job.imagesPerSecond) })}</span>}
          {left && <span>{fill(t.timeLeft, { time: fill(t[left.unit], { value: left.value }) })}</span>}
          {job.failed > 0 && (
            <span>
              {t.failed} {count(job.failed)}
            </span>
          )}
        </p>
        {cancelling.error && <ErrorText error={cancelling.error} />}
        <AllFailures job={job} />
      </div>
      {offers.load && (
        <div className="load-buttons">
          <button
            type="button"
            disabled={isCancelled}
            aria-label={`${t.cancelLoad}: ${job.collection}`}
            onClick={() => {
              cancel({ variables: { id: job.id } }).catch(() => undefined);
            }}
          >
            {isCancelled ? t.cancelling : t.cancelLoad}
          </button>
        </div>
      )}
    </li>
  );
}

/** A load that has ended, with everything that it did and all failures. */
export function EndedLoad({ job }: Props) {
  const { t } = useLanguage();
  return (
    <li>
      <div className="load-main">
        <LoadHead job={job} />
        <LoadFacts job={job} />
        {job.error && (
          <div className="panel-error">
            <Reason {...job.error} />
          </div>
        )}
        <AllFailures job={job} />
      </div>
      <div className="load-buttons">
        <RetryFailures job={job} />
        {job.loaded > 0 && (
          <a
            className="button"
            href={`/?c=${encodeURIComponent(job.collection)}&sort=-loaded`}
            aria-label={`${t.seeLoaded}: ${job.collection}`}
            onClick={onPlainClick(() => {
              navigate({ ...START, collection: job.collection, sort: '-loaded' });
            })}
          >
            {t.seeLoaded}
          </a>
        )}
      </div>
    </li>
  );
}

function LoadHead({ job }: Props) {
  const { t } = useLanguage();
  return (
    <p className="load-what">
      <b className={`status status-${job.status.toLowerCase()}`}>{t[`status${job.status}`]}</b>
      <span>
        {job.isUpload ? t.uploadedFiles : job.directory} → {job.collection}
      </span>
    </p>
  );
}

/** When a load ended and its numbers; those that are 0 are left out. */
export function LoadFacts({ job, children }: Props & { readonly children?: ReactNode }) {
  const { t, language, count } = useLanguage();
  const at = job.finishedAt ?? job.startedAt;
  const counts = [
    [t.loaded, job.loaded],
    [t.skipped, job.skipped],
    [t.failed, job.failed],
    [t.removed, job.removed],
    [t.keptOut, job.keptOut],
    [t.missingShort, job.missing],
  ] as const;
  const met = counts.filter(([label, number]) => number > 0 || label === t.loaded);
  return (
    <p className="load-facts">
      {children}
      {at !== null && <time dateTime={at}>{formatTime(at, language)}</time>}
      {met.map(([label, number]) => (
        <span key={label} className={label === t.failed ? 'load-failed' : undefined}>
          {label} {count(number)}
        </span>
      ))}
    </p>
  );
}

/** The question about missing pictures, for the newest load of a folder. */
export function MissingOf({ job }: Props) {
  return job.missing > 0 ? <MissingNotice key={job.id} job={job} /> : null;
}
