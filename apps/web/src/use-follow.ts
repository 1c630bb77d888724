import { useEffect, useRef, type RefObject } from 'react';

import { CHUNK, heightOf, type ChunkLayout } from '../logic/src/gallery';

interface Followed {
  readonly root: RefObject<HTMLElement | null>;
  /** The index of the open picture; null: none. */
  readonly shown: number | null;
  readonly tops: readonly number[];
  readonly layouts: readonly (ChunkLayout | undefined)[];
  readonly total: number;
  readonly onTabStop: (index: number) => void;
}

/** The gallery goes where the open picture is, so that it is there with the focus when the viewer closes. */
export function useFollow({ root, shown, tops, layouts, total, onTabStop }: Followed): void {
  const before = useRef<number | null>(null);
  const chunk = shown === null ? 0 : Math.floor(shown / CHUNK);
  const layout = layouts[chunk];
  useEffect(() => {
    if (shown === null || !root.current) return;
    const box = layout?.boxes[shown % CHUNK];
    const top = box ? (tops[chunk] ?? 0) + box.top : heightOf(tops, shown, total);
    const start = root.current.getBoundingClientRect().top + top;
    const end = start + (box?.height ?? 0);
    if (start < 0 || end > innerHeight) window.scrollBy({ top: (start + end - innerHeight) / 2, behavior: 'instant' });
    // The heights of other parts may change: then the window scrolls by as much.
  }, [shown, layout]);
  useEffect(() => {
    const last = before.current;
    before.current = shown;
    if (shown !== null || last === null) return undefined;
    onTabStop(last);
    const focus = (): void => {
      root.current?.querySelector<HTMLElement>('button.tile[tabindex="0"]')?.focus({ preventScroll: true });
    };
    // The dialog returns the focus to the tile that opened it in the next frame, so this is one later.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(focus);
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [shown]);
}
