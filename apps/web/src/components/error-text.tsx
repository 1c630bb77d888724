import type { Explained, explainFailure, Failure } from '@wentu/language/failures';
import { useEffect, useRef, useState } from 'react';

import { failureOf, type ListedFailure } from '../../logic/src/refusal';
import { describeError } from '../describe-error';
import { useLanguage } from '../language';

interface Props {
  readonly title?: string;
  readonly error: unknown;
}

/** An error, which screen readers announce at once. */
export function ErrorText({ title, error }: Props) {
  const shown = useRef<HTMLDivElement>(null);
  return (
    <div ref={shown} className="panel-error" role="alert">
      {title !== undefined && <b>{title}</b>}
      <ErrorReason
        error={error}
        onShown={() => {
          // In a low window the error would be below the visible part of a dialog.
          shown.current?.scrollIntoView({ block: 'nearest' });
        }}
      />
    </div>
  );
}

/** What is wrong and what to do, in the language of the page. */
export function ErrorReason({ error, onShown }: { readonly error: unknown } & Shown) {
  const { t } = useLanguage();
  const known = describeError(error, t);
  return typeof known === 'string' ? (
    <Description text={known} {...(onShown && { onShown })} />
  ) : (
    <Explanation failure={known} {...(onShown && { onShown })} />
  );
}

interface Shown {
  /** Called when the text is there, which is after the chunk of the sentences. */
  readonly onShown?: () => void;
}

/** The reason of a failure in a field of the API. */
export function Reason(failure: ListedFailure | Failure) {
  return <Explanation failure={failureOf(failure)} />;
}

function Explanation({ failure, onShown }: { readonly failure: Failure } & Shown) {
  const explained = useExplained(failure);
  if (explained === null) return null;
  return (
    <Description
      text={explained.text}
      {...(explained.original && { details: explained.original })}
      {...(onShown && { onShown })}
    />
  );
}

interface Sentences {
  readonly explainFailure: typeof explainFailure;
}

/** The sentences are a chunk of their own, because most visits have no error. @returns null until they are there */
function useExplained(failure: Failure): Explained | null {
  const { language } = useLanguage();
  const [sentences, setSentences] = useState<Sentences | 'none' | null>(null);
  useEffect(() => {
    let isOver = false;
    import('@wentu/language/failures').then(
      (loaded) => {
        if (!isOver) setSentences(loaded);
      },
      () => {
        if (!isOver) setSentences('none');
      },
    );
    return () => {
      isOver = true;
    };
  }, []);
  if (sentences === 'none') return { text: failure.message };
  return sentences && sentences.explainFailure(failure, language);
}

interface DescriptionProps extends Shown {
  readonly text: string;
  /** The server's message in English, which has the values. */
  readonly details?: string;
}

export function Description({ text, details, onShown }: DescriptionProps) {
  const shown = useRef(onShown);
  useEffect(() => shown.current?.(), [text]);
  return (
    <>
      {text}
      {details !== undefined && (
        <small className="details" lang="en">
          {details}
        </small>
      )}
    </>
  );
}
