import { fill } from '../../logic/src/dictionary';
import { formatRate, share, timeLeft } from '../../logic/src/format';
import { progressText } from '../../logic/src/say';
import { START } from '../../logic/src/url-state';
import type { SendProgress } from '../../logic/src/send-files';
import type { LoadFragment } from '../generated/operations';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import { isActive, type LoadJobState } from '../use-load-job';
import type { UploadState } from '../use-upload';
import { AllFailures } from './all-failures';
import { Reason } from './error-text';
import { FEW } from './failure-list';
import { MissingNotice } from './missing-notice';
import { Failures } from './few-failures';
import { RetryFailures } from './retry-failures';

interface Props {
  readonly job: LoadFragment;
  readonly load: LoadJobState;
  readonly upload: UploadState;
  readonly onClose: () => void;
}

export function LoadProgress({ job, load, upload, onClose }: Props) {
  const { t, count } = useLanguage();
  const active = isActive(job);
  const done = share(job.processed, job.total);
  const processed = count(job.processed);
  const left = active ? timeLeft(job.processed, job.total, job.imagesPerSecond) : null;
  const counts = [
    [t.loaded, job.loaded],
    ...(job.replaced > 0 ? ([[t.replaced, job.replaced]] as const) : []),
    [t.skipped, job.skipped],
    [t.failed, job.failed],
    [t.removed, job.removed],
    ...(job.keptOut > 0 ? ([[t.keptOut, job.keptOut]] as const) : []),
  ] as const;
  return (
    <div className="load">
      <p className="load-what">
        <b className={`status status-${job.status.toLowerCase()}`} role="status">
          {t[`status${job.status}`]}
        </b>
        <span>
          {job.isUpload ? t.uploadedFiles : job.directory} → {job.collection}
        </span>
      </p>
      {/* Without a value the browser shows an unknown progress. An ended load without a total shows no bar. */}
      <progress
        aria-label={t[`status${job.status}`]}
        {...(done === null && active ? {} : { value: done ?? 0 })}
        max={1}
      />
      <p className="load-line">
        <span>{fill(t[progressText(job)], { processed, total: count(job.total ?? 0) })}</span>
        <span>
          {job.imagesPerSecond !== null && fill(t.rate, { rate: formatRate(job.imagesPerSecond) })}
          {left && ` · ${fill(t.timeLeft, { time: fill(t[left.unit], { value: left.value }) })}`}
        </span>
      </p>
      <dl className="counts">
        {counts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{count(value)}</dd>
          </div>
        ))}
      </dl>
      {job.error && (
        <div className="panel-error" role="alert">
          <Reason {...job.error} />
        </div>
      )}
      {!active && <MissingNotice key={job.id} job={job} />}
      {job.unreadFolders > 0 && (
        <p className="load-note">{fill(t.unreadFolders, { count: count(job.unreadFolders) })}</p>
      )}
      {job.ignored.total > 0 && <IgnoredFiles {...job.ignored} />}
      <Failures title={t.notSentTitle} failures={upload.refused} total={upload.refused.length} />
      {/* Another one for the whole list, and for another load. */}
      <AllFailures key={`${job.id} ${String(active)}`} job={job} isOpenAtFirst={!active && job.failed <= FEW} />
      <div className="actions">
        {active ? (
          <button type="button" disabled={load.cancelling} onClick={load.cancel}>
            {load.cancelling ? t.cancelling : t.cancelLoad}
          </button>
        ) : (
          <>
            <button
              type="button"
              onClick={() => {
                upload.clear();
                load.clear();
              }}
            >
              {t.loadAnother}
            </button>
            <RetryFailures job={job} onStarted={load.follow} />
            {job.loaded + job.skipped > 0 && (
              <button
                type="button"
                onClick={() => {
                  navigate({ ...START, collection: job.collection, sort: '-loaded' });
                  onClose();
                }}
              >
                {t.seeLoaded}
              </button>
            )}
            <button
              type="button"
              className="primary"
              onClick={() => {
                navigate({ collection: job.collection, like: null, view: 'search' });
                onClose();
              }}
            >
              {fill(t.searchHere, { name: job.collection })}
            </button>
          </>
        )}
      </div>
    </div>
  );
}

/** The ignored files of the folder, by kind. */
function IgnoredFiles({ notPicture, junk, excluded, link, unreadable, unsettled }: LoadFragment['ignored']) {
  const { t, count } = useLanguage();
  const kinds = [
    [t.ignoredNotPicture, notPicture],
    [t.ignoredJunk, junk],
    [t.ignoredExcluded, excluded],
    [t.ignoredLink, link],
    [t.ignoredUnsettled, unsettled],
    [t.ignoredUnreadable, unreadable],
  ] as const;
  const met = kinds.filter(([, number]) => number > 0).map(([label, number]) => `${label} ${count(number)}`);
  return <p className="load-ignored">{fill(t.ignoredText, { kinds: met.join(t.listSeparator) })}</p>;
}

export function SendingFiles({
  progress,
  collection,
  onCancel,
}: {
  readonly progress: SendProgress;
  /** The name of the collection that gets the files. */
  readonly collection: string;
  readonly onCancel: () => void;
}) {
  const { t, count } = useLanguage();
  return (
    <div className="load">
      <p className="load-what">
        <b className="status">{t.sending}</b>
        <span>{fill(t.sendingInto, { name: collection })}</span>
      </p>
      <progress aria-label={t.sending} value={progress.share} max={1} />
      <p className="load-line">
        <span>{fill(t.progress, { processed: count(progress.sent), total: count(progress.total) })}</span>
      </p>
      <div className="actions">
        <button type="button" onClick={onCancel}>
          {t.cancelSending}
        </button>
      </div>
    </div>
  );
}
