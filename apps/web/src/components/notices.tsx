import type { ReactNode } from 'react';

import { fill } from '../../logic/src/dictionary';
import { share } from '../../logic/src/format';
import { progressText } from '../../logic/src/say';
import { ErrorReason } from './error-text';
import type { LoadFragment } from '../generated/operations';
import { offers } from '../session';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import { PictureIcon } from './icons';

interface NoticeProps {
  readonly title: string;
  readonly text: ReactNode;
  /** An error, which screen readers announce at once. */
  readonly urgent?: boolean;
  /** The next possible actions. */
  readonly children: ReactNode;
}

export function Notice({ title, text, urgent = false, children }: NoticeProps) {
  return (
    <div className="notice" role={urgent ? 'alert' : 'status'}>
      <PictureIcon />
      <h2>{title}</h2>
      <p>{text}</p>
      <div className="actions">{children}</div>
    </div>
  );
}

export function NoCollection({ onLoad }: { readonly onLoad: () => void }) {
  const { t } = useLanguage();
  return (
    <Notice title={t.noneTitle} text={t.noneText}>
      <code>npx wentu load ~/Pictures</code>
      <LoadButton onLoad={onLoad} />
    </Notice>
  );
}

/** Shown in place of NoCollection and EmptyCollection while a load fills the collection. */
export function LoadingPictures({ job }: { readonly job: LoadFragment }) {
  const { t, count } = useLanguage();
  const done = share(job.processed, job.total);
  return (
    <Notice title={t.loadingTitle} text={fill(t.loadingText, { name: job.collection })}>
      <progress aria-label={t.loadingTitle} {...(done === null ? {} : { value: done })} max={1} />
      {/* Hidden from screen readers, because it changes four times a second. */}
      <small aria-hidden="true">
        {fill(t[progressText(job)], { processed: count(job.processed), total: count(job.total ?? 0) })}
      </small>
    </Notice>
  );
}

/** Shown above the results while the collection is not complete. */
export function StillLoading({ job }: { readonly job: LoadFragment }) {
  const { t, count } = useLanguage();
  return <p className="filling">{fill(t.stillLoading, { name: job.collection, processed: count(job.processed) })}</p>;
}

/** Shown while the first search waits for the model. */
export function OpeningModel({ model }: { readonly model: string }) {
  const { t } = useLanguage();
  return (
    <p className="filling" role="status">
      {fill(t.modelOpening, { model })}
    </p>
  );
}

export function EmptyCollection({ name, onLoad }: { readonly name: string; readonly onLoad: () => void }) {
  const { t } = useLanguage();
  return (
    <Notice title={t.emptyTitle} text={fill(t.emptyText, { name })}>
      <LoadButton onLoad={onLoad} />
    </Notice>
  );
}

export function UnknownCollection({ name, onLoad }: { readonly name: string; readonly onLoad: () => void }) {
  const { t } = useLanguage();
  return (
    <Notice title={fill(t.unknownTitle, { name })} text={t.unknownText}>
      <button
        type="button"
        onClick={() => {
          navigate({ collection: null, everywhere: false, like: null });
        }}
      >
        {t.useDefault}
      </button>
      <LoadButton onLoad={onLoad} />
    </Notice>
  );
}

export function CollectionsFailed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useLanguage();
  return <Failed title={t.errorCollections} error={error} onRetry={onRetry} />;
}

export function SearchFailed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useLanguage();
  return <Failed title={t.errorTitle} error={error} onRetry={onRetry} />;
}

interface FailedProps {
  readonly title: string;
  readonly error: unknown;
  readonly onRetry: () => void;
}

function Failed({ title, error, onRetry }: FailedProps) {
  const { t } = useLanguage();
  return (
    <Notice urgent title={title} text={<ErrorReason error={error} />}>
      <button type="button" className="primary" onClick={onRetry}>
        {t.retry}
      </button>
    </Notice>
  );
}

function LoadButton({ onLoad }: { readonly onLoad: () => void }) {
  const { t } = useLanguage();
  if (!offers.load) return null;
  return (
    <button type="button" className="primary" onClick={onLoad}>
      {t.load}
    </button>
  );
}
