import { useApolloClient } from '@apollo/client/react';
import { useEffect, useState } from 'react';

import { PicturePositionDocument, type ImageFilter, type ImageOrder } from './generated/operations';
import type { ShownPicture } from './types';
import { useViewer, type Viewer } from './use-viewer';

interface List {
  readonly collection: string;
  readonly filter: ImageFilter | null;
  readonly orderBy: ImageOrder;
  /** Another text when pictures may have another place. */
  readonly version: string;
}

interface Found {
  readonly id: string;
  readonly version: string;
  /** Null: the list does not have the picture. */
  readonly rank: number | null;
}

/**
 * The open picture of a list of any length. A link may open any of its pictures: the server says where it is in the
 * list.
 * @param known the pictures that are known at once
 */
export function useListViewer(
  { collection, filter, orderBy, version }: List,
  pictureAt: (rank: number) => ShownPicture | undefined,
  known: readonly ShownPicture[] | undefined,
): Viewer {
  const client = useApolloClient();
  const [found, setFound] = useState<Found | null>(null);
  const place = found === null || found.rank === null ? null : { id: found.id, rank: found.rank };
  const viewer = useViewer(pictureAt, known, place);
  const { alone, moved } = viewer;
  const asked = alone ?? moved;
  const isAsked = found !== null && found.id === asked && found.version === version;
  useEffect(() => {
    if (asked === null || isAsked) return undefined;
    let isCurrent = true;
    const set = (rank: number | null): void => {
      if (isCurrent) setFound({ id: asked, version, rank });
    };
    const variables = { collection, filter, orderBy, id: asked };
    client
      .query({ query: PicturePositionDocument, variables, fetchPolicy: 'no-cache' })
      // Without the position the picture is shown alone.
      .then(
        ({ data }) => {
          set(data?.collection?.imagePosition ?? null);
        },
        () => {
          set(null);
        },
      );
    return () => {
      isCurrent = false;
    };
    // The list is that of the component, which is another one for another list.
  }, [asked, isAsked, version]);
  return { ...viewer, alone: isAsked ? alone : null };
}
