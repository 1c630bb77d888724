import type { ReactNode } from 'react';

import { fill } from '../../logic/src/dictionary';
import { describeError } from '../describe-error';
import { Description } from './error-text';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import { PictureIcon } from './icons';

interface NoticeProps {
  readonly title: string;
  readonly text: ReactNode;
  /** An error is read out at once. */
  readonly urgent?: boolean;
  /** What to do next. */
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
          navigate({ collection: null, like: null });
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
  const { t, language } = useLanguage();
  return (
    <Notice urgent title={title} text={<Description {...describeError(error, t, language)} />}>
      <button type="button" className="primary" onClick={onRetry}>
        {t.retry}
      </button>
    </Notice>
  );
}

function LoadButton({ onLoad }: { readonly onLoad: () => void }) {
  const { t } = useLanguage();
  return (
    <button type="button" className="primary" onClick={onLoad}>
      {t.load}
    </button>
  );
}
