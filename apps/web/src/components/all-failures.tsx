import { useQuery, skipToken } from '@apollo/client/react';
import { useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { LoadFailuresDocument, type LoadLineFragment } from '../generated/operations';
import { useLanguage } from '../language';
import { ErrorText } from './error-text';
import { FailureList } from './failure-list';

const PAGE = 50;
/** The server keeps so many of a load. */
const KEPT = 10_000;
/** A list of more lines would be slow in a browser; the command line and the API have all. */
const MOST = 1_000;

interface Props {
  readonly job: Pick<LoadLineFragment, 'id' | 'failed' | 'unreadFolders'>;
  /** Default: false. */
  readonly isOpenAtFirst?: boolean;
}

/** All failures of a load: the file, the reason and the remedy. They are read when the list is open. */
export function AllFailures({ job, isOpenAtFirst = false }: Props) {
  const { t, count } = useLanguage();
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const [first, setFirst] = useState(PAGE);
  const { data, previousData, error } = useQuery(
    LoadFailuresDocument,
    isOpen ? { variables: { id: job.id, first, offset: 0 }, fetchPolicy: 'cache-and-network' } : skipToken,
  );
  if (job.failed + job.unreadFolders === 0) return null;
  const failures = (data ?? previousData)?.loadJob?.failures ?? [];
  const mayHaveMore = failures.length >= first && first < MOST;
  const total = Math.max(job.failed, job.unreadFolders);
  return (
    <FailureList title={t.failuresTitle} {...{ total, failures, isOpen }} onToggle={setOpen}>
      {error && <ErrorText error={error} />}
      {mayHaveMore && (
        <button
          type="button"
          onClick={() => {
            setFirst(Math.min(MOST, first * 4));
          }}
        >
          {t.moreFailures}
        </button>
      )}
      {failures.length >= MOST && (
        <p>{fill(t.failuresMore, { count: count(MOST), total: count(Math.min(KEPT, job.failed)) })}</p>
      )}
    </FailureList>
  );
}
