import { useQuery, skipToken } from '@apollo/client/react';
import { useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { LoadFailuresDocument, type LoadLineFragment } from '../generated/operations';
import { useLanguage } from '../language';
import { ErrorText, Reason } from './error-text';

const PAGE = 50;
/** The server keeps so many of a load. */
const KEPT = 10_000;
/** A list of more lines would be slow in a browser; the command line and the API have all. */
const MOST = 1_000;

/** All failures of a load: the file, the reason and the remedy. They are read when the user opens the list. */
export function AllFailures({ job }: { readonly job: Pick<LoadLineFragment, 'id' | 'failed' | 'unreadFolders'> }) {
  const { t, count } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const [first, setFirst] = useState(PAGE);
  const { data, previousData, error } = useQuery(
    LoadFailuresDocument,
    isOpen ? { variables: { id: job.id, first, offset: 0 }, fetchPolicy: 'cache-and-network' } : skipToken,
  );
  if (job.failed + job.unreadFolders === 0) return null;
  const failures = (data ?? previousData)?.loadJob?.failures ?? [];
  const mayHaveMore = failures.length >= first && first < MOST;
  return (
    <details
      className="failures"
      open={isOpen}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>
        {t.failuresTitle} ({count(Math.max(job.failed, job.unreadFolders))})
      </summary>
      {error && <ErrorText error={error} />}
      <ul tabIndex={0} aria-label={t.failuresTitle}>
        {failures.map(({ item, ...failure }, place) => (
          <li key={place}>
            <b>{item}</b>
            <span>
              <Reason {...failure} />
            </span>
          </li>
        ))}
      </ul>
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
    </details>
  );
}
