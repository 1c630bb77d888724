import { useEffect, useRef, useState } from 'react';

/**
 * Asks for more when the user scrolls near the end of a list, a window height before it.
 * @param end the element after the list
 * @param grow null: there is no more, or it is on its way
 * @param shown another number when the list has grown
 */
export function useEndless(
  end: { readonly current: HTMLElement | null },
  grow: (() => void) | null,
  shown: number,
): void {
  const now = useRef(grow);
  useEffect(() => {
    now.current = grow;
  });
  const isOn = grow !== null;
  useEffect(() => {
    if (!isOn) return;
    const look = (): void => {
      const { scrollHeight } = document.documentElement;
      // Until the user scrolls, a page is enough: it may be a query during typing.
      if (window.scrollY === 0 && scrollHeight > innerHeight) return;
      if ((end.current?.getBoundingClientRect().top ?? Infinity) < 2 * innerHeight) now.current?.();
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [end, isOn, shown]);
}

export interface Growth {
  readonly isGrowing: boolean;
  /** Adds the next page. */
  readonly grow: () => void;
}

/**
 * A list that grows at its end while the user scrolls.
 * @param key another text for another list
 * @param next reads the next page; null: there is none, or the list itself is on its way
 * @param restart reads the list again: it may be another one now
 */
export function useGrowth(
  key: string,
  end: { readonly current: HTMLElement | null },
  shown: number,
  next: (() => Promise<unknown>) | null,
  restart: () => Promise<unknown>,
): Growth {
  const [isGrowing, setGrowing] = useState(false);
  /** The list whose next page did not come: the user asks for it again. */
  const [stuck, setStuck] = useState('');
  const grow = (): void => {
    if (!next || isGrowing) return;
    setGrowing(true);
    next()
      .then(
        () => {
          setStuck('');
        },
        async () => {
          setStuck(key);
          if (stuck === key) await restart();
        },
      )
      .catch(() => undefined)
      .finally(() => {
        setGrowing(false);
      });
  };
  useEndless(end, next && !isGrowing && stuck !== key ? grow : null, shown);
  return { isGrowing, grow };
}
