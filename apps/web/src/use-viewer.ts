import { useEffect, useState } from 'react';

import type { ShownPicture } from './types';
import { closePicture, navigate, useAddress } from './use-address';

export interface Viewer {
  /** The place in the list of the open picture, counted from 0; null: none is open, or it is not known to be there. */
  readonly rank: number | null;
  /** The id of an open picture that a link names, and that is not known to be in the list; null: none. */
  readonly alone: string | null;
  /** The id of the open picture while it has another place in the list, and the new one is not known; null: none. */
  readonly moved: string | null;
  /** The pictures of the list. The open one stays the same while the list changes. */
  readonly pictureAt: (rank: number) => ShownPicture | undefined;
  readonly open: (rank: number) => void;
  /** Shows another picture instead of the open one. */
  readonly turn: (rank: number) => void;
  readonly close: () => void;
}

/**
 * The open picture of a list. It is in the address: "back" closes it, and a link opens it.
 * @param known the pictures of the list that are known at once; a link may name one of them
 * @param found the place of the picture that a link names, once it was asked for
 */
export function useViewer(
  pictureAt: (rank: number) => ShownPicture | undefined,
  known: readonly ShownPicture[] = [],
  found: { readonly id: string; readonly rank: number } | null = null,
): Viewer {
  const { open: id } = useAddress();
  const [last, setLast] = useState<number | null>(null);
  const shown = last === null ? undefined : pictureAt(last);
  const shownId = shown?.image.id;
  /** The last picture that was shown at its place. */
  const [held, setHeld] = useState<ShownPicture | null>(null);
  if (shown && shownId === id && held?.image.id !== id) setHeld(shown);
  // Another picture than that of the address, after a turn to one that had to be read first.
  const isAhead = id !== null && last !== null && shownId !== undefined && shownId !== id;
  const place = known.findIndex(({ image }) => image.id === id);
  const [turned, setTurned] = useState(false);
  useEffect(() => {
    if (!isAhead || !turned || shownId === undefined) return;
    setTurned(false);
    navigate({ open: shownId }, 'replace');
  }, [isAhead, turned, shownId]);
  const isShown = id !== null && last !== null && (shownId === id || turned);
  const linked = place >= 0 ? place : found?.id === id ? found.rank : null;
  const isMoved = !isShown && last !== null && held !== null && held.image.id === id;
  const rank = isShown ? last : id === null ? null : (linked ?? (isMoved ? last : null));
  return {
    rank,
    alone: id !== null && rank === null ? id : null,
    moved: isMoved && place < 0 ? id : null,
    pictureAt: (at) => (isMoved && at === rank ? held : pictureAt(at)),
    open: (to) => {
      const picture = pictureAt(to);
      if (!picture) return;
      setLast(to);
      setTurned(false);
      navigate({ open: picture.image.id });
    },
    turn: (to) => {
      setLast(to);
      const picture = pictureAt(to);
      setTurned(picture === undefined);
      if (picture) navigate({ open: picture.image.id }, 'replace');
    },
    close: closePicture,
  };
}
