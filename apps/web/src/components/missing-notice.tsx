import { useMutation } from '@apollo/client/react';
import { fill } from '../../logic/src/dictionary';
import {
  CollectionsDocument,
  CollectionsWithSamplesDocument,
  ResolveMissingDocument,
  type LoadFragment,
  type MissingAction,
} from '../generated/operations';
import { useLanguage } from '../language';
import { ErrorText } from './error-text';

type Job = Pick<LoadFragment, 'collection' | 'directory' | 'missing'>;

/** Asks the user what to do with pictures whose files a load did not find. */
export function MissingNotice({ job }: { readonly job: Job }) {
  const { t, count } = useLanguage();
  const [resolve, { loading, error, data }] = useMutation(ResolveMissingDocument, {
    refetchQueries: [CollectionsDocument, CollectionsWithSamplesDocument],
  });
  if (job.missing === 0) return null;
  const { collection, directory } = job;
  const act = (action: MissingAction) => () => {
    resolve({ variables: { collection, directory, action } }).catch(() => undefined);
  };
  if (data) {
    return (
      <p className="load-note" role="status">
        {t.missingDone}
      </p>
    );
  }
  return (
    <section className="load-note" aria-labelledby="missing-title">
      <h3 id="missing-title">{fill(t.missingTitle, { count: count(job.missing) })}</h3>
      <p>{t.missingText}</p>
      <div className="actions">
        <button type="button" disabled={loading} onClick={act('KEEP')}>
          {t.missingKeep}
        </button>
        <button type="button" className="danger" disabled={loading} onClick={act('REMOVE')}>
          {t.missingRemove}
        </button>
      </div>
      {error && <ErrorText error={error} />}
    </section>
  );
}
