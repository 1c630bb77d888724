import { useApolloClient, useMutation, useQuery, skipToken } from '@apollo/client/react';
import { useEffect, useState } from 'react';

import { CANCEL_LOAD, COLLECTIONS, LOAD_COLLECTION, LOAD_JOB, RECENT_LOADS, type LoadJob } from './operations';

const POLL_MS = 500;

export const isActive = (job: Pick<LoadJob, 'status'>) => job.status === 'QUEUED' || job.status === 'RUNNING';

export interface LoadJobState {
  readonly job: LoadJob | undefined;
  readonly starting: boolean;
  readonly cancelling: boolean;
  readonly error: unknown;
  readonly start: (directory: string, collection: string) => void;
  readonly cancel: () => void;
  /** Back to the form. */
  readonly clear: () => void;
}

/** The load this page follows: the one it started, or one that was still running when it was opened. */
export function useLoadJob(): LoadJobState {
  const client = useApolloClient();
  /** Undefined until something is followed, null when nothing shall be. */
  const [id, setId] = useState<string | null>();
  const recent = useQuery(RECENT_LOADS, id === undefined ? { fetchPolicy: 'network-only' } : skipToken);
  const running = recent.data?.loadJobs.find(isActive)?.id;
  // Kept: once the load has ended, the cache no longer lists it as active.
  if (id === undefined && running !== undefined) setId(running);

  const [pollInterval, setPollInterval] = useState(POLL_MS);
  const { data } = useQuery(LOAD_JOB, id ? { variables: { id }, pollInterval } : skipToken);
  // A skipped query keeps its last data.
  const job = (id && data?.loadJob) || undefined;
  const ended = job !== undefined && !isActive(job);
  useEffect(() => {
    setPollInterval(ended ? 0 : POLL_MS);
    if (!ended) return;
    // What was searched before the load is no longer the answer.
    client.cache.evict({ fieldName: 'search' });
    client.cache.gc();
    void client.refetchQueries({ include: [COLLECTIONS, 'Search'] });
  }, [client, ended, id]);

  const [load, starting] = useMutation(LOAD_COLLECTION);
  const [cancelLoad, cancelling] = useMutation(CANCEL_LOAD);
  return {
    job,
    starting: starting.loading,
    cancelling: cancelling.loading || (cancelling.called && job !== undefined && isActive(job)),
    error: starting.error ?? cancelling.error,
    start: (directory, collection) => {
      cancelling.reset();
      load({ variables: { directory, collection } }).then(
        (result) => {
          setId(result.data?.loadCollection.id ?? null);
        },
        () => undefined, // The mutation's own state holds the error.
      );
    },
    cancel: () => {
      if (id) cancelLoad({ variables: { id } }).catch(() => undefined);
    },
    clear: () => {
      starting.reset();
      cancelling.reset();
      setId(null);
    },
  };
}
