import { useQuery } from '@apollo/client/react';
import { useEffect } from 'react';

import { pickCollection } from '../logic/src/pick-collection';
import { CollectionsDocument } from './generated/operations';
import type { Collection } from './types';

const POLL_MS = 3_000;

export interface CollectionsState {
  /** Undefined until they are known. */
  readonly collections: readonly Collection[] | undefined;
  /** The collection to search; undefined when there is none. */
  readonly collection: Collection | undefined;
  /** The collections are known, and there are no pictures to search. */
  readonly isEmpty: boolean;
  readonly error: Error | undefined;
  readonly retry: () => void;
}

/**
 * The collections, and which of them to search. While there is nothing to search, they are polled: the first start may
 * still load the samples, another user may load pictures, or the server may be starting.
 * @param wanted the name of the collection; null: any with pictures
 */
export function useCollections(wanted: string | null): CollectionsState {
  // Other pages and the command line load too; their changes appear at the next visit.
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
