import type { Explained, explainFailure, Failure } from '@wentu/language/failures';
import { useEffect, useState } from 'react';

import { failureOf, type ListedFailure } from '../../logic/src/refusal';
import { describeError } from '../describe-error';
import { useLanguage } from '../language';

interface Props {
  readonly title?: string;
  readonly error: unknown;
}

/** An error, which screen readers announce at once. */
export function ErrorText({ title, error }: Props) {
  return (
    <div ref={intoView} className="panel-error" role="alert">
      {title !== undefined && <b>{title}</b>}
      <ErrorReason error={error} />
    </div>
  );
}

/** In a low window the error would be below the visible part of a dialog. */
function intoView(element: Element | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}

/** What is wrong and what to do, in the language of the page. */
export function ErrorReason({ error }: { readonly error: unknown }) {
  const { t } = useLanguage();
  const known = describeError(error, t);
  return typeof known === 'string' ? known : <Explanation failure={known} />;
}

/** The reason of a failure in a field of the API. */
export function Reason(failure: ListedFailure | Failure) {
  return <Explanation failure={failureOf(failure)} />;
}

function Explanation({ failure }: { readonly failure: Failure }) {
  const explained = useExplained(failure);
  if (explained === null) return null;
  return <Description text={explained.text} {...(explained.original && { details: explained.original })} />;
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

interface DescriptionProps {
  readonly text: string;
  /** The server's message in English, which has the values. */
  readonly details?: string;
}

export function Description({ text, details }: DescriptionProps) {
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
