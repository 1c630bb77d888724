import { between, edgeScroll, overlaps, type Rectangle } from '../logic/src/selection';

/** What becomes of a pointer that is drawn over pictures. The numbers are places in the list. */
export interface Drawing {
  /**
   * @param at the picture under the finger; null for a rubber band
   * @param keeps whether what is selected stays selected
   */
  readonly begin: (at: number | null, keeps: boolean) => void;
  /** The pictures in the rubber band, or from the first one to that under the finger. */
  readonly move: (indexes: readonly number[]) => void;
}

/** A press that moves no further is a press. */
const MOVED_PX = 6;
const LONG_PRESS_MS = 450;
/** What is pressed for itself. */
const OTHERS = 'a, input, select, .rail, .tile-count, button:not(.tile, .tile-tick)';

const indexOf = (element: Element | null): number | null => {
  const text = element?.closest<HTMLElement>('li[data-index]')?.dataset['index'];
  return text === undefined ? null : Number(text);
};

/**
 * Lets pictures be selected with a rubber band of the mouse, and on touch screens with a long press and a finger that
 * slides on. Near the edges the window scrolls.
 * @param root the element with the tiles, each a `li` with `data-index`
 * @returns the function that ends it
 */
export function drawSelection(root: HTMLElement, drawing: () => Drawing): () => void {
  const off = new AbortController();
  const { signal } = off;
  let stop: (() => void) | null = null;
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
    options: AddEventListenerOptions = {},
  ): void => {
    root.addEventListener(type, listener, { ...options, signal });
  };
  on('pointerdown', (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    const target = event.target as Element;
    if (target.closest(OTHERS)) return;
    stop?.();
    stop = event.pointerType === 'mouse' ? drawBand(root, event, drawing) : awaitSlide(root, event, drawing);
  });
  // The browser would drag the picture instead, or open its own menu at a long press.
  on('dragstart', (event) => {
    if ((event.target as Element).closest('.tile')) event.preventDefault();
  });
  on('contextmenu', (event) => {
    if (event instanceof PointerEvent && event.pointerType !== 'mouse' && indexOf(event.target as Element) !== null)
      event.preventDefault();
  });
  return () => {
    stop?.();
    off.abort();
  };
}

/** Calls `step` at each move, and in each frame in which the window scrolls, until the pointer is released. */
function follow(
  pointer: PointerEvent,
  step: (point: { x: number; y: number }) => void,
  onEnd: () => void,
  isOn: () => boolean,
): () => void {
  const off = new AbortController();
  const { signal } = off;
  const point = { x: pointer.clientX, y: pointer.clientY };
  let frame = 0;
  const scroll = (): void => {
    frame = requestAnimationFrame(scroll);
    const by = isOn() ? edgeScroll(point.y, innerHeight) : 0;
    if (by === 0) return;
    window.scrollBy({ top: by, behavior: 'instant' });
    step(point);
  };
  frame = requestAnimationFrame(scroll);
  const end = (): void => {
    if (signal.aborted) return;
    off.abort();
    cancelAnimationFrame(frame);
    onEnd();
  };
  addEventListener(
    'pointermove',
    (event) => {
      if (event.pointerId !== pointer.pointerId) return;
      [point.x, point.y] = [event.clientX, event.clientY];
      step(point);
    },
    { signal },
  );
  for (const type of ['pointerup', 'pointercancel'] as const)
    addEventListener(
      type,
      (event) => {
        if (event.pointerId === pointer.pointerId) end();
      },
      { signal },
    );
  addEventListener('blur', end, { signal });
  return end;
}

/**
 * The press that ends a drawing is no press of a tile. Another press begins with another pointer. React listens at the
 * page's root, above `root`, so only the window is early enough.
 */
function swallowClick(root: HTMLElement): void {
  const off = new AbortController();
  const { signal } = off;
  addEventListener(
    'click',
    (event) => {
      // That of a key has no pointer.
      if (event.detail === 0) return;
      off.abort();
      if (!root.contains(event.target as Node)) return;
      event.stopPropagation();
      event.preventDefault();
    },
    { capture: true, signal },
  );
  addEventListener(
    'pointerdown',
    () => {
      off.abort();
    },
    { capture: true, signal },
  );
}

function drawBand(root: HTMLElement, pointer: PointerEvent, drawing: () => Drawing): () => void {
  const from = inRoot(root, pointer.clientX, pointer.clientY);
  /** The tiles that were in the page since the beginning, also those that have left it. */
  const boxes = new Map<number, Rectangle>();
  let band: HTMLElement | null = null;
  const step = ({ x, y }: { x: number; y: number }): void => {
    const to = inRoot(root, x, y);
    if (!band) {
      if (Math.hypot(to.x - from.x, to.y - from.y) < MOVED_PX) return;
      drawing().begin(null, pointer.shiftKey || pointer.ctrlKey || pointer.metaKey);
      root.setPointerCapture(pointer.pointerId);
      band = root.appendChild(document.createElement('div'));
      band.className = 'selection-band';
      getSelection()?.removeAllRanges();
    }
    const shape = between(from, to);
    Object.assign(band.style, {
      ...{ left: `${shape.left}px`, top: `${shape.top}px` },
      ...{ width: `${shape.right - shape.left}px`, height: `${shape.bottom - shape.top}px` },
    });
    const origin = root.getBoundingClientRect();
    for (const item of root.querySelectorAll<HTMLElement>('li[data-index]')) {
      const { left, top, right, bottom } = (item.querySelector('.tile') ?? item).getBoundingClientRect();
      boxes.set(Number(item.dataset['index']), {
        ...{ left: left - origin.left, right: right - origin.left },
        ...{ top: top - origin.top, bottom: bottom - origin.top },
      });
    }
    drawing().move([...boxes].flatMap(([index, box]) => (overlaps(shape, box) ? [index] : [])));
  };
  return follow(
    pointer,
    step,
    () => {
      if (!band) return;
      band.remove();
      swallowClick(root);
    },
    () => band !== null,
  );
}

function awaitSlide(root: HTMLElement, pointer: PointerEvent, drawing: () => Drawing): () => void {
  const first = indexOf(pointer.target as Element);
  if (first === null) return () => undefined;
  let [isSliding, last] = [false, first];
  const start = { x: pointer.clientX, y: pointer.clientY };
  const off = new AbortController();
  const timer = setTimeout(() => {
    isSliding = true;
    navigator.vibrate?.(10);
    drawing().begin(first, true);
    drawing().move([first]);
  }, LONG_PRESS_MS);
  // The page must not scroll under a finger that slides. This listener cannot be passive.
  root.addEventListener(
    'touchmove',
    (event) => {
      if (isSliding) event.preventDefault();
    },
    { passive: false, signal: off.signal },
  );
  const end = follow(
    pointer,
    ({ x, y }) => {
      if (!isSliding) {
        // A finger that moves scrolls the page.
        if (Math.hypot(x - start.x, y - start.y) > 2 * MOVED_PX) end();
        return;
      }
      const index = indexOf(document.elementFromPoint(x, y));
      if (index === null || index === last) return;
      last = index;
      const [low, high] = [Math.min(first, index), Math.max(first, index)];
      drawing().move(Array.from({ length: high - low + 1 }, (_, i) => low + i));
    },
    () => {
      clearTimeout(timer);
      off.abort();
      if (!isSliding) return;
      swallowClick(root);
    },
    () => isSliding,
  );
  return end;
}

function inRoot(root: HTMLElement, x: number, y: number): { x: number; y: number } {
  const { left, top } = root.getBoundingClientRect();
  return { x: x - left, y: y - top };
}
