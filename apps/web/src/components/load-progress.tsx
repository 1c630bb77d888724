import { fill } from '../../logic/src/dictionary';
import { formatRate, share } from '../../logic/src/format';
import { useLanguage } from '../language';
import type { LoadJob } from '../operations';
import { navigate } from '../use-address';
import { isActive, type LoadJobState } from '../use-load-job';

interface Props {
  readonly job: LoadJob;
  readonly load: LoadJobState;
}

export function LoadProgress({ job, load }: Props) {
  const { t, count } = useLanguage();
  const active = isActive(job);
  const done = share(job.processed, job.total);
  const processed = count(job.processed);
  const counts = [
    [t.loaded, job.loaded],
    [t.skipped, job.skipped],
    [t.failed, job.failed],
    [t.removed, job.removed],
  ] as const;
  return (
    <div className="load">
      <p className="load-what">
        <b className={`status status-${job.status.toLowerCase()}`}>{t[`status${job.status}`]}</b>
        <span>
          {job.directory} → {job.collection}
        </span>
      </p>
      {/* Without a value the browser shows that it cannot know yet. */}
      <progress aria-label={t[`status${job.status}`]} {...(done === null ? {} : { value: done })} max={1} />
      <p className="load-line">
        <span>
          {job.total === null
            ? fill(t.counting, { processed })
            : fill(t.progress, { processed, total: count(job.total) })}
        </span>
        {job.imagesPerSecond !== null && <span>{fill(t.rate, { rate: formatRate(job.imagesPerSecond) })}</span>}
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
        <p className="panel-error" role="alert">
          <b>{job.error.code}</b>
          {job.error.message}
        </p>
      )}
      <Failures job={job} />
      <div className="actions">
        {active ? (
          <button type="button" disabled={load.cancelling} onClick={load.cancel}>
            {load.cancelling ? t.cancelling : t.cancelLoad}
          </button>
        ) : (
          <>
            <button type="button" onClick={load.clear}>
              {t.loadAnother}
            </button>
            <button
              type="button"
              className="primary"
              onClick={(event) => {
                navigate({ collection: job.collection, like: null });
                event.currentTarget.closest('dialog')?.close();
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

function Failures({ job }: { readonly job: LoadJob }) {
  const { t, count } = useLanguage();
  if (job.failures.length === 0) return null;
  return (
    <details className="failures" open={job.failures.length <= 5}>
      <summary>
        {t.failuresTitle} ({count(job.failed)})
      </summary>
      <ul>
        {job.failures.map(({ item, code, message }) => (
          <li key={item}>
            <b>{item}</b>
            <span>
              {message} <code>{code}</code>
            </span>
          </li>
        ))}
      </ul>
      {job.failed > job.failures.length && (
        <p>{fill(t.failuresMore, { count: count(job.failures.length), total: count(job.failed) })}</p>
      )}
    </details>
  );
}
