import { useCallback, useState } from 'react';

import type { Size } from '../logic/src/picture-width';

/** The drawn size of an element in CSS pixels; null until it is measured, which happens before the first paint. */
export function useDrawnSize(): readonly [Size | null, (element: Element | null) => (() => void) | undefined] {
  const [size, setSize] = useState<Size | null>(null);
  const ref = useCallback((element: Element | null) => {
    if (!element) return undefined;
    const measure = (): void => {
      const { width, height } = element.getBoundingClientRect();
      setSize((before) => (before?.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  return [size, ref];
}
