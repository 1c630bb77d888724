import { useEffect, useRef } from 'react';

import { fill } from '../../logic/src/dictionary';
import { formatRate, share } from '../../logic/src/format';
import type { ChangeFragment, ModelChangeQuery } from '../generated/operations';
import { useLanguage } from '../language';
import { useModelChange, type ModelChange } from '../use-model-change';
import { ErrorText, Reason } from './error-text';
import { Failures } from './few-failures';
import { Modal } from './modal';

interface Props {
  /** The name of the collection. */
  readonly collection: string;
  readonly onClose: () => void;
}

/** Changes the model of a collection while it is searched. The change goes on when the dialog is closed. */
export function ModelDialog({ collection, onClose }: Props) {
  const { t } = useLanguage();
  const change = useModelChange(collection);
  const { data, job, isRunning, error } = change;
  const heading = useRef<HTMLHeadingElement>(null);
  // A pressed button disappears with the choice; without the focus, the keyboard would no longer reach the dialog.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus();
  });
  const active = data?.collection?.model;
  const title = fill(t.changeTitle, { name: collection });
  return (
    <Modal className="panel" label={title} onClose={onClose}>
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <p>{t.changeText}</p>
      {active !== undefined && (
        <p>
          <b role="status">{fill(t.changeNow, { model: active })}</b>
        </p>
      )}
      {error !== undefined && <ErrorText error={error} />}
      {job && (isRunning ? <Running job={job} change={change} /> : <Ended job={job} change={change} />)}
      {data && !isRunning && <Choices data={data} change={change} />}
    </Modal>
  );
}

function Running({ job, change }: { readonly job: ChangeFragment; readonly change: ModelChange }) {
  const { t, count } = useLanguage();
  const done = share(job.processed, job.total);
  const label = fill(t.changing, { model: job.model ?? '' });
  return (
    <div className="load">
      <p className="load-what">
        <b className="status">{label}</b>
      </p>
      <progress aria-label={label} {...(done === null ? {} : { value: done })} max={1} />
      <p className="load-line">
        <span>{fill(t.progress, { processed: count(job.processed), total: count(job.total ?? 0) })}</span>
        <span>{job.imagesPerSecond !== null && fill(t.rate, { rate: formatRate(job.imagesPerSecond) })}</span>
      </p>
      <div className="actions">
        <button type="button" disabled={change.busy} onClick={change.cancel}>
          {t.cancel}
        </button>
      </div>
    </div>
  );
}

function Ended({ job, change }: { readonly job: ChangeFragment; readonly change: ModelChange }) {
  const { t, count } = useLanguage();
  const model = job.model ?? '';
  const failures = <Failures title={t.failuresTitle} failures={job.failures} total={job.failed} />;
  if (job.error?.code === 'IMAGES_HIDDEN') {
    return (
      <div className="load-note" role="alert">
        <h3>{fill(t.changeHiddenTitle, { count: count(job.failed) })}</h3>
        <p>{t.changeHidden}</p>
        {failures}
        <div className="actions">
          <button
            type="button"
            disabled={change.busy}
            onClick={() => {
              change.start(model, true);
            }}
          >
            {fill(t.changeAnyway, { model })}
          </button>
        </div>
      </div>
    );
  }
  return (
    <>
      {job.error && (
        <div className="panel-error" role="alert">
          <Reason {...job.error} />
        </div>
      )}
      {job.status === 'CANCELLED' && (
        <p role="status">{fill(t.changeCancelled, { model: change.data?.collection?.model ?? '' })}</p>
      )}
      {(job.status === 'SUCCEEDED' || job.status === 'PARTIAL') && <p role="status">{fill(t.changeDone, { model })}</p>}
      {failures}
    </>
  );
}

function Choices({ data, change }: { readonly data: ModelChangeQuery; readonly change: ModelChange }) {
  const { t, count } = useLanguage();
  const spaces = data.collection?.spaces ?? [];
  const isActive = (model: string): boolean => spaces.some((space) => space.isActive && space.model === model);
  const choices = data.models
    .filter(({ name, isInstalled, problem }) => isInstalled && problem === null && !isActive(name))
    .map(({ name }) => ({ model: name, kept: spaces.find((space) => space.model === name) }));
  const kept = spaces.filter((space) => !space.isActive);
  const textOf = ({ model, kept: space }: (typeof choices)[number]): string => {
    if (!space || space.imageCount === 0) return fill(t.changeTo, { model });
    const values = { model, count: count(space.imageCount), missing: count(space.missingCount) };
    return fill(space.missingCount === 0 ? t.changeBack : t.changeMore, values);
  };
  return (
    <div className="model-choices">
      {choices.length === 0 && <p>{t.changeNone}</p>}
      {choices.map((choice) => (
        <button
          key={choice.model}
          type="button"
          disabled={change.busy}
          onClick={() => {
            change.start(choice.model);
          }}
        >
          {textOf(choice)}
        </button>
      ))}
      {kept.map(({ model }) => (
        <button
          key={`drop ${model}`}
          type="button"
          className="danger"
          disabled={change.busy}
          onClick={() => {
            change.dropSpace(model);
          }}
        >
          {fill(t.changeKept, { model })}
        </button>
      ))}
    </div>
  );
}
