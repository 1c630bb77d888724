import { useMutation, useQuery } from '@apollo/client/react';
import { useEffect } from 'react';

import {
  CancelFindDuplicatesDocument,
  DuplicateProgressDocument,
  DuplicatesDocument,
  FindDuplicatesDocument,
  type DuplicateStateFragment,
  type DuplicatesQuery,
} from './generated/operations';

const POLL_MS = 1_000;

export type DuplicateGroup = DuplicatesQuery['duplicates']['edges'][number];

export interface Duplicates {
  readonly groups: DuplicatesQuery['duplicates'] | undefined;
  readonly search: DuplicateStateFragment | undefined;
  readonly isRunning: boolean;
  readonly busy: boolean;
  readonly error: Error | undefined;
  readonly find: () => void;
  readonly cancel: () => void;
  readonly more: () => void;
  readonly refetch: () => void;
}

const ignore = (): void => undefined;

/** The groups of duplicates of a collection, and the search for them. */
export function useDuplicates(collection: string): Duplicates {
  const variables = { collection };
  const groups = useQuery(DuplicatesDocument, { variables, fetchPolicy: 'network-only' });
  const progress = useQuery(DuplicateProgressDocument, { variables, fetchPolicy: 'no-cache' });
  const { startPolling, stopPolling, refetch: look } = progress;
  const search = progress.data?.duplicates.search;
  const isRunning = search?.status === 'RUNNING';
  useEffect(() => {
    if (isRunning) startPolling(POLL_MS);
    return stopPolling;
  }, [isRunning, startPolling, stopPolling]);
  const { refetch, fetchMore } = groups;
  const finishedAt = search?.finishedAt;
  const shownAt = groups.data?.duplicates.search.finishedAt;
  useEffect(() => {
    if (finishedAt !== undefined && shownAt !== undefined && finishedAt !== shownAt) refetch().catch(ignore);
  }, [finishedAt, shownAt, refetch]);
  const then = { variables, onCompleted: () => void look().catch(ignore) };
  const [find, finding] = useMutation(FindDuplicatesDocument, then);
  const [cancel, cancelling] = useMutation(CancelFindDuplicatesDocument, then);
  const page = groups.data?.duplicates;
  return {
    groups: page,
    search,
    isRunning,
    busy: finding.loading || cancelling.loading || groups.loading,
    error: finding.error ?? cancelling.error ?? groups.error ?? progress.error,
    find: () => void find().catch(ignore),
    cancel: () => void cancel().catch(ignore),
    more: () => void fetchMore({ variables: { after: page?.pageInfo.endCursor ?? null } }).catch(ignore),
    refetch: () => void refetch().catch(ignore),
  };
}
