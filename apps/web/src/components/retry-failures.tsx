import { useMutation } from '@apollo/client/react';

import { NewestLoadsDocument, RetryFailuresDocument, type LoadLineFragment } from '../generated/operations';
import { useLanguage } from '../language';
import { offers } from '../session';
import { isActive } from '../use-load-job';
import { ErrorText } from './error-text';

interface Props {
  readonly job: Pick<LoadLineFragment, 'id' | 'status' | 'isUpload' | 'failed' | 'unreadFolders' | 'collection'>;
  /** @param id the load of these files */
  readonly onStarted?: (id: string) => void;
}

/** A button that loads only the files that failed. Files of an upload have to be sent again. */
export function RetryFailures({ job, onStarted }: Props) {
  const { t } = useLanguage();
  const [retry, { loading, error }] = useMutation(RetryFailuresDocument, {
    refetchQueries: [NewestLoadsDocument],
    onCompleted: ({ retryFailures }) => onStarted?.(retryFailures.id),
  });
  if (!offers.load || isActive(job) || job.isUpload || job.failed + job.unreadFolders === 0) return null;
  return (
    <>
      <button
        type="button"
        disabled={loading}
        aria-label={`${t.retryFailures}: ${job.collection}`}
        onClick={() => {
          retry({ variables: { load: job.id } }).catch(() => undefined);
        }}
      >
        {t.retryFailures}
      </button>
      {error && <ErrorText error={error} />}
    </>
  );
}
