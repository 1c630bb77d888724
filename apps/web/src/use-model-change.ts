import { useApolloClient, useMutation, useQuery } from '@apollo/client/react';
import { useEffect, useState } from 'react';

import {
  CancelChangeDocument,
  ChangeModelDocument,
  CollectionsDocument,
  CollectionsWithSamplesDocument,
  DropSpaceDocument,
  ModelChangeDocument,
  type ChangeFragment,
  type ModelChangeQuery,
} from './generated/operations';
import { isActive } from './use-load-job';

const POLL_MS = 1_000;

export interface ModelChange {
  readonly data: ModelChangeQuery | undefined;
  /** The change that runs, or the one that this dialog has started. */
  readonly job: ChangeFragment | undefined;
  readonly isRunning: boolean;
  readonly busy: boolean;
  readonly error: unknown;
  readonly start: (model: string, hideUnreadable?: boolean) => void;
  readonly cancel: () => void;
  readonly dropSpace: (model: string) => void;
}

/** The models that a collection can have, and the change from one to another. */
export function useModelChange(collection: string): ModelChange {
  const client = useApolloClient();
  const [started, setStarted] = useState<string | null>(null);
  const { data, error, startPolling, stopPolling } = useQuery(ModelChangeDocument, {
    variables: { collection },
    fetchPolicy: 'cache-and-network',
  });
  const changes = data?.loadJobs.filter(({ kind }) => kind === 'REENCODE') ?? [];
  const job = changes.find(isActive) ?? changes.find(({ id }) => id === started);
  const isRunning = job !== undefined && isActive(job);
  // A job that this page has seen running is followed to its end.
  if (isRunning && started !== job.id) setStarted(job.id);
  useEffect(() => {
    if (isRunning) startPolling(POLL_MS);
    return stopPolling;
  }, [isRunning, startPolling, stopPolling]);
  const isDone = job?.status === 'SUCCEEDED' || job?.status === 'PARTIAL';
  useEffect(() => {
    if (!isDone) return;
    // Other hits and another floor: the answers of the old model are no longer those of the collection.
    client.cache.evict({ id: 'ROOT_QUERY', fieldName: 'search' });
    void client.refetchQueries({ include: [CollectionsDocument, CollectionsWithSamplesDocument, ModelChangeDocument] });
  }, [client, isDone, job?.id]);

  const then = { refetchQueries: [ModelChangeDocument], awaitRefetchQueries: true };
  const [change, changing] = useMutation(ChangeModelDocument, then);
  const [cancel, cancelling] = useMutation(CancelChangeDocument, then);
  const [drop, dropping] = useMutation(DropSpaceDocument, then);
  const actions = [changing, cancelling, dropping];
  const reset = (): void => {
    for (const action of actions) action.reset();
  };
  return {
    data,
    job,
    isRunning,
    busy: actions.some(({ loading }) => loading),
    error: actions.find((action) => action.error)?.error ?? error,
    start: (model, hideUnreadable = false) => {
      reset();
      change({ variables: { collection, model, hideUnreadable } }).then(
        (result) => {
          setStarted(result.data?.reencodeCollection.id ?? null);
        },
        () => undefined, // The mutation's own state holds the error.
      );
    },
    cancel: () => {
      reset();
      if (job) cancel({ variables: { id: job.id } }).catch(() => undefined);
    },
    dropSpace: (model) => {
      reset();
      drop({ variables: { collection, model } }).catch(() => undefined);
    },
  };
}
