import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

import { CHUNK, heightOf, type ChunkLayout } from '../logic/src/gallery';

/** Frames until the part of the gallery is drawn to which it has scrolled. */
const FRAMES = 60;

interface Followed {
  readonly root: RefObject<HTMLElement | null>;
  /** The index of the open picture; null: none. */
  readonly shown: number | null;
  readonly tops: readonly number[];
  readonly layouts: readonly (ChunkLayout | undefined)[];
  readonly total: number;
}

/** The gallery goes where the open picture is, so that it is there with the focus when the viewer closes. */
export function useFollow(followed: Followed): void {
  const { shown, layouts } = followed;
  const latest = useRef(followed);
  const before = useRef<number | null>(null);
  useLayoutEffect(() => {
    latest.current = followed;
  });
  const layout = layouts[shown === null ? 0 : Math.floor(shown / CHUNK)];
  useEffect(() => {
    if (shown !== null) bringInto(latest.current, shown);
    // The heights of other parts may change: then the window scrolls by as much.
  }, [shown, layout]);
  useEffect(() => {
    const last = before.current;
    before.current = shown;
    if (shown !== null || last === null) return undefined;
    let left = FRAMES;
    const focus = (): void => {
      const tile = latest.current.root.current?.querySelector<HTMLElement>(`[data-index="${last}"] button.tile`);
      if (tile) tile.focus({ preventScroll: true });
      else if (left-- > 0) frame = requestAnimationFrame(focus);
    };
    const settle = (): void => {
      // A step back in the history has scrolled to where the viewer was opened.
      bringInto(latest.current, last);
      frame = requestAnimationFrame(focus);
    };
    // The dialog returns the focus to the tile that opened it in the next frame, so this is later.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(settle);
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [shown]);
}

/** Scrolls until the picture is in the window. One that is there already stays where it is. */
function bringInto({ root, tops, layouts, total }: Followed, index: number): void {
  if (!root.current) return;
  const chunk = Math.floor(index / CHUNK);
  const box = layouts[chunk]?.boxes[index % CHUNK];
  const top = box ? (tops[chunk] ?? 0) + box.top : heightOf(tops, index, total);
  const start = root.current.getBoundingClientRect().top + top;
  const end = start + (box?.height ?? 0);
  if (start < 0 || end > innerHeight) window.scrollBy({ top: (start + end - innerHeight) / 2, behavior: 'instant' });
}
