import { useApolloClient } from '@apollo/client/react';
import { useEffect, useReducer, useRef, useState } from 'react';

import { CHUNK } from '../logic/src/gallery';
import { BrowseDocument, type ImageFilter, type ImageOrder, type PictureFragment } from './generated/operations';

/** Chunks that are kept: some screens up and down. */
const KEPT = 40;
/** Requests at once. */
const AT_ONCE = 2;

export interface ChunkList {
  readonly collection: string;
  readonly filter: ImageFilter | null;
  readonly orderBy: ImageOrder;
  /** Another text when the pictures have changed: then what is kept is read again, and shown until then. */
  readonly version: string;
}

export interface Chunks {
  /** The pictures of a chunk; undefined: not known yet. */
  readonly at: (chunk: number) => readonly PictureFragment[] | undefined;
  /** Reads these chunks, in this order, and no others that are not being read yet. */
  readonly want: (chunks: readonly number[]) => void;
  /** The first error since the last `retry`. */
  readonly error: Error | null;
  readonly retry: () => void;
}

interface Kept {
  readonly version: string;
  readonly pictures: readonly PictureFragment[];
}

/** The pictures of a long list, read in chunks wherever it is looked at. */
export function useChunks(list: ChunkList): Chunks {
  const client = useApolloClient();
  const kept = useRef(new Map<number, Kept>());
  const reading = useRef(new Set<number>());
  const wanted = useRef<readonly number[]>([]);
  const current = useRef(list);
  const [error, setError] = useState<Error | null>(null);
  const [, redraw] = useReducer((count: number) => count + 1, 0);

  const next = (): void => {
    const { collection, filter, orderBy, version } = current.current;
    const chunk = wanted.current.find(
      (each) => kept.current.get(each)?.version !== version && !reading.current.has(each),
    );
    if (chunk === undefined || reading.current.size >= AT_ONCE) return;
    reading.current.add(chunk);
    const variables = { collection, filter, orderBy, first: CHUNK, offset: chunk * CHUNK };
    client
      .query({ query: BrowseDocument, variables, fetchPolicy: 'no-cache' })
      .then(
        ({ data }) => {
          const pictures = data?.collection?.imagesConnection.edges.map(({ node }) => node) ?? [];
          kept.current.delete(chunk);
          kept.current.set(chunk, { version, pictures });
          forgetOldest();
        },
        (reason: unknown) => {
          wanted.current = [];
          setError(reason instanceof Error ? reason : new Error(String(reason)));
        },
      )
      .finally(() => {
        reading.current.delete(chunk);
        redraw();
        next();
      });
    next();
  };
  const forgetOldest = (): void => {
    for (const chunk of kept.current.keys()) {
      if (kept.current.size <= KEPT) return;
      if (!wanted.current.includes(chunk)) kept.current.delete(chunk);
    }
  };
  const { version } = list;
  useEffect(() => {
    current.current = list;
    next();
    // The other values of the list are those of its component, which is another one for another list.
  }, [version]);
  return {
    at: (chunk) => kept.current.get(chunk)?.pictures,
    want: (chunks) => {
      wanted.current = chunks;
      next();
    },
    error,
    retry: () => {
      setError(null);
      redraw();
    },
  };
}
