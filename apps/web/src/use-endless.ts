import { useEffect, useRef } from 'react';

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
