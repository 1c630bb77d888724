import { useApolloClient, useQuery } from '@apollo/client/react';
import { useEffect, useState } from 'react';

import {
  AllSourcesDocument,
  CollectionsDocument,
  CollectionsWithSamplesDocument,
  NewestLoadsDocument,
  type AllSourcesQuery,
  type LoadLineFragment,
} from './generated/operations';
import { isActive } from './use-load-job';

/** How often the loads are read while one of them runs, and otherwise. */
const LOADING_MS = 1_000;
const IDLE_MS = 5_000;
/** The number of loads that "more" adds, and the largest number that is shown. The server keeps 1,000. */
const STEP = 20;
const MOST = 300;

export type Source = AllSourcesQuery['collections'][number]['sources'][number] & { readonly collection: string };

export interface LoadsState {
  /** Undefined until the first answer. */
  readonly sources: readonly Source[] | undefined;
  /** Loads that wait or run, the newest first. */
  readonly running: readonly LoadLineFragment[];
  readonly ended: readonly LoadLineFragment[];
  /** Shows older loads too; null when all are shown. */
  readonly showMore: (() => void) | null;
  readonly error: unknown;
  readonly refresh: () => void;
}

/** The folders that were loaded and all loads, which stay after a reload of the page. @param collection null: of all */
export function useLoads(collection: string | null): LoadsState {
  const client = useApolloClient();
  const [first, setFirst] = useState(STEP);
  const options = { fetchPolicy: 'network-only', skipPollAttempt: () => document.hidden } as const;
  const loads = useQuery(NewestLoadsDocument, { ...options, variables: { collection, first } });
  const folders = useQuery(AllSourcesDocument, { ...options, pollInterval: IDLE_MS });
  const shown = (loads.data ?? loads.previousData)?.loadJobs ?? [];
  const jobs = shown.filter(({ kind }) => kind === 'LOAD');
  const running = jobs.filter(isActive);
  const active = running.map(({ id }) => id).join();
  const { startPolling, stopPolling } = loads;
  useEffect(() => {
    startPolling(active === '' ? IDLE_MS : LOADING_MS);
    return stopPolling;
  }, [active, startPolling, stopPolling]);
  useEffect(() => {
    // A load has begun or ended, so the numbers of pictures are others.
    void client.refetchQueries({ include: [AllSourcesDocument, CollectionsDocument, CollectionsWithSamplesDocument] });
  }, [client, active]);
  const sources = folders.data?.collections
    .filter(({ name }) => collection === null || name === collection)
    .flatMap(({ name, sources: own }) => own.map((source) => ({ ...source, collection: name })));
  return {
    sources,
    running,
    ended: jobs.filter((job) => !isActive(job)),
    showMore:
      shown.length < first || first >= MOST
        ? null
        : () => {
            setFirst(first + STEP);
          },
    error: folders.error ?? loads.error,
    refresh: () => {
      void loads.refetch();
      void folders.refetch();
    },
  };
}
