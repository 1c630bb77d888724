import { useQuery } from '@apollo/client/react';
import { useEffect } from 'react';

import { pickCollection } from '../logic/src/pick-collection';
import { CollectionsDocument } from './generated/operations';
import type { Collection } from './types';

const POLL_MS = 3_000;

export interface CollectionsState {
  /** Undefined until they are known. */
  readonly collections: readonly Collection[] | undefined;
  /** The one that is searched; undefined also where there is none to search. */
  readonly collection: Collection | undefined;
  /** They are known, and there is nothing to search. */
  readonly isEmpty: boolean;
  readonly error: Error | undefined;
  readonly retry: () => void;
}

/**
 * The collections, and which of them to search. While there is nothing to search they are asked for again and again: a
 * first start is still loading, or somebody loads elsewhere, or the server is just starting.
 * @param wanted by its name; null: whichever has pictures
 */
export function useCollections(wanted: string | null): CollectionsState {
  // Others load too: what another page or the command line changed shows at the next visit.
  const { data, error, refetch, startPolling, stopPolling } = useQuery(CollectionsDocument, {
    fetchPolicy: 'cache-and-network',
    skipPollAttempt: () => document.hidden,
  });
  const collections = data?.collections;
  const collection = collections && pickCollection(collections, wanted);
  const isEmpty = collections !== undefined && (collection?.imageCount ?? 0) === 0;
  const waits = isEmpty || error !== undefined;
  useEffect(() => {
    if (waits) startPolling(POLL_MS);
    return stopPolling;
  }, [waits, startPolling, stopPolling]);
  return { collections, collection, isEmpty, error, retry: () => void refetch().catch(() => undefined) };
}
