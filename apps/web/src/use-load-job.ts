import { useApolloClient, useMutation, useQuery, useSubscription, skipToken } from '@apollo/client/react';
import { useEffect, useState } from 'react';

import {
  CancelLoadDocument,
  CollectionsDocument,
  CollectionsWithSamplesDocument,
  LoadFolderDocument,
  LoadProgressDocument,
  LoadStateDocument,
  RecentLoadsDocument,
  type LoadFragment,
} from './generated/operations';

import { offers } from './session';

/** Used when a proxy blocks the socket. Otherwise the subscription gives states at once. */
const POLL_MS = 3_000;
/** How often the picture counts are refreshed during a load. */
const COUNTS_MS = 5_000;

export const isActive = (job: Pick<LoadFragment, 'status'>) => job.status === 'QUEUED' || job.status === 'RUNNING';

export interface LoadJobState {
  readonly job: LoadFragment | undefined;
  /** Whether it is still unknown if a load is running. */
  readonly isUnknown: boolean;
  readonly starting: boolean;
  readonly cancelling: boolean;
  readonly error: unknown;
  readonly start: (directory: string, collection: string) => void;
  /** Shows a load that was started elsewhere. */
  readonly follow: (id: string) => void;
  readonly cancel: () => void;
  /** Returns to the form. */
  readonly clear: () => void;
}

/**
 * The load that this page follows: the one that it started, or one that was running when the page was opened.
 * @param waiting there is nothing to search yet: a load that is started elsewhere is followed too
 */
export function useLoadJob(waiting: boolean): LoadJobState {
  const client = useApolloClient();
  /** Undefined until a load is followed; null when none is to be followed. */
  const [id, setId] = useState<string | null>();
  const recent = useQuery(
    RecentLoadsDocument,
    id === undefined && offers.load ? { fetchPolicy: 'network-only', pollInterval: waiting ? POLL_MS : 0 } : skipToken,
  );
  const running = recent.data?.loadJobs.find((job) => job.kind === 'LOAD' && isActive(job))?.id;
  // The id is kept: after the load the cache no longer lists it as active.
  if (id === undefined && running !== undefined) setId(running);

  const [ended, setEnded] = useState(false);
  // The subscription and the query write the same cache object.
  useSubscription(LoadProgressDocument, id && !ended ? { variables: { id } } : skipToken);
  const { data, error } = useQuery(
    LoadStateDocument,
    id ? { variables: { id }, pollInterval: ended ? 0 : POLL_MS } : skipToken,
  );
  // A skipped query keeps its last data.
  const job = (id && data?.loadJob) || undefined;
  const active = job !== undefined && isActive(job);
  const over = job !== undefined && !active;
  if (over !== ended) setEnded(over);
  useEffect(() => {
    if (!over) return;
    void client.refetchQueries({ include: [CollectionsDocument, CollectionsWithSamplesDocument] });
  }, [client, over, id]);

  useEffect(() => {
    if (!active) return;
    // Loaded pictures can already be found, so counts must be refreshed during a load that takes hours.
    const timer = setInterval(() => void client.refetchQueries({ include: [CollectionsDocument] }), COUNTS_MS);
    return () => {
      clearInterval(timer);
    };
  }, [client, active]);

  const [load, starting] = useMutation(LoadFolderDocument);
  const [cancelLoad, cancelling] = useMutation(CancelLoadDocument);
  return {
    job,
    isUnknown: id === undefined ? offers.load && !recent.data && !recent.error : id !== null && !data && !error,
    starting: starting.loading,
    cancelling: cancelling.loading || (cancelling.called && !cancelling.error && active),
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
    follow: (started) => {
      starting.reset();
      cancelling.reset();
      setId(started);
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
