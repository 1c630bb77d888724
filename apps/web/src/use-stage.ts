import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
} from 'react';

import type { Size } from '../logic/src/picture-width';
import { axisOf, swipeOf, type Swipe } from '../logic/src/swipe';
import { actualScale, FITTING, keepOnStage, zoomAt, type Point, type View } from '../logic/src/zoom';

/** The distance of the pictures beside the open one, in CSS pixels. */
export const SLIDE_GAP = 24;
/** How long a picture moves to its place after a swipe, as in viewer.css. */
const SETTLE_MS = 200;
const DOUBLE_TAP = { ms: 300, distance: 40 };
/** How fast a wheel and a trackpad zoom. */
const [WHEEL, PINCH] = [0.0016, 0.01];
/** The factor of a button and of a key. */
export const ZOOM_STEP = 1.5;

interface Options {
  readonly stage: RefObject<HTMLElement | null>;
  readonly size: Size;
  /** The key of the open picture: another picture begins as a whole, in its place. */
  readonly of: string;
  readonly picture: Size;
  readonly fit: Size;
  readonly most: number;
  /** The picture scrolls, so the wheel and vertical movements are those of the browser. */
  readonly isScrolled: boolean;
  readonly has: { readonly previous: boolean; readonly next: boolean };
  readonly onSwipe: (swipe: Exclude<Swipe, 'stay'>) => void;
  readonly onTap: () => void;
  /** A zoom begins while the picture scrolls. */
  readonly onZoom: () => void;
}

/** Everything that is drawn of a stage. */
interface Drawn {
  readonly of: string;
  readonly view: View;
  /** How far a finger has moved the whole picture. */
  readonly drag: Point;
  /** The change is shown as a movement. */
  readonly isEased: boolean;
}

interface Began {
  readonly at: Point;
  readonly ms: number;
  readonly view: View;
  /** Between two fingers; 0 with one. */
  readonly distance: number;
  readonly isMouse: boolean;
  hasMoved: boolean;
}

const STILL: Point = { x: 0, y: 0 };

export interface Stage {
  readonly view: View;
  readonly drag: Point;
  readonly isEased: boolean;
  readonly zoomBy: (factor: number) => void;
  readonly fitAll: () => void;
  /** Moves an enlarged picture, in CSS pixels. */
  readonly panBy: (dx: number, dy: number) => void;
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerCancel: (event: PointerEvent<HTMLElement>) => void;
    readonly onDoubleClick: (event: MouseEvent<HTMLElement>) => void;
  };
}

/** Zoom by wheel, pinch and double click, movement of an enlarged picture, and swipes over a whole one. */
export function useStage(options: Options): Stage {
  const { of, size, picture, fit, most } = options;
  const [drawn, setDrawn] = useState<Drawn>({ of, view: FITTING, drag: STILL, isEased: false });
  const latest = useRef(options);
  const pointers = useRef(new Map<number, Point>());
  const began = useRef<Began | null>(null);
  const lastTap = useRef<{ readonly at: Point; readonly ms: number; readonly timer: number } | null>(null);
  const isMouse = useRef(true);
  const settling = useRef(0);
  useLayoutEffect(() => {
    latest.current = options;
  });
  // The values of another picture are those of its beginning.
  const own: Drawn = drawn.of === of ? drawn : { of, view: FITTING, drag: STILL, isEased: false };
  const view = keepOnStage(own.view, fit, size);

  const draw = (change: Partial<Omit<Drawn, 'of'>>): void => {
    setDrawn({ of, view, drag: STILL, isEased: false, ...change });
  };
  const zoom = (factor: number, at: Point, isEased: boolean): void => {
    if (options.isScrolled) options.onZoom();
    draw({ view: keepOnStage(zoomAt(view, factor, at, most), fit, size), isEased });
  };
  const toggle = (at: Point): void => {
    if (view.scale > 1.01) draw({ view: FITTING, isEased: true });
    else zoom(Math.max(2, actualScale(picture, fit, devicePixelRatio)), at, true);
  };

  const zoomOnWheel = useRef(zoom);
  useLayoutEffect(() => {
    zoomOnWheel.current = zoom;
  });
  const { stage } = options;
  useEffect(() => {
    const element = stage.current;
    // React listens passively, which cannot keep the browser from zooming the page.
    const onWheel = (event: WheelEvent): void => {
      if (latest.current.isScrolled && !event.ctrlKey) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const factor = Math.exp(-event.deltaY * lines * (event.ctrlKey ? PINCH : WHEEL));
      zoomOnWheel.current(factor, pointOf(event, element), false);
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      element?.removeEventListener('wheel', onWheel);
    };
  }, [stage]);
  useEffect(
    () => () => {
      clearTimeout(settling.current);
      clearTimeout(lastTap.current?.timer);
    },
    [],
  );

  const begin = (isOfMouse: boolean): void => {
    const [one, two] = [...pointers.current.values()];
    if (!one) began.current = null;
    else {
      const at = two ? { x: (one.x + two.x) / 2, y: (one.y + two.y) / 2 } : one;
      const distance = two ? Math.hypot(one.x - two.x, one.y - two.y) : 0;
      const hasMoved = began.current?.hasMoved === true || two !== undefined;
      began.current = { at, ms: performance.now(), view, distance, isMouse: isOfMouse, hasMoved };
    }
  };
  const move = (from: Began): void => {
    const [one = STILL, two] = [...pointers.current.values()];
    if (two && from.distance > 0) {
      const at = { x: (one.x + two.x) / 2, y: (one.y + two.y) / 2 };
      const factor = Math.hypot(one.x - two.x, one.y - two.y) / from.distance;
      const zoomed = zoomAt(from.view, factor, from.at, most);
      if (options.isScrolled) options.onZoom();
      const moved = { ...zoomed, x: zoomed.x + at.x - from.at.x, y: zoomed.y + at.y - from.at.y };
      draw({ view: keepOnStage(moved, fit, size) });
      return;
    }
    const [dx, dy] = [one.x - from.at.x, one.y - from.at.y];
    const axis = axisOf(dx, dy);
    if (axis !== null) from.hasMoved = true;
    if (from.view.scale > 1) {
      draw({ view: keepOnStage({ ...from.view, x: from.view.x + dx, y: from.view.y + dy }, fit, size) });
    } else if (!from.isMouse && axis === 'x') {
      const isEnd = dx > 0 ? !options.has.previous : !options.has.next;
      draw({ drag: { x: isEnd ? dx / 4 : dx, y: 0 } });
    } else if (!from.isMouse && axis === 'y' && !options.isScrolled) draw({ drag: { x: 0, y: Math.max(0, dy) } });
  };
  const end = (from: Began, last: Point, element: HTMLElement): void => {
    if (!from.hasMoved) {
      if (!from.isMouse) tap(last);
      return;
    }
    if (from.view.scale > 1 || from.isMouse || from.distance > 0) return;
    const swipe = swipeOf(last.x - from.at.x, last.y - from.at.y, performance.now() - from.ms, size);
    const isVertical = swipe === 'close' || swipe === 'details';
    if (swipe === 'stay' || (isVertical && options.isScrolled)) draw({ isEased: true });
    else if (isVertical) {
      draw({ isEased: true });
      options.onSwipe(swipe);
    } else if (!options.has[swipe]) draw({ isEased: true });
    else {
      const way = (swipe === 'next' ? -1 : 1) * (size.width + SLIDE_GAP);
      draw({ drag: { x: way, y: 0 }, isEased: true });
      const isStill = getComputedStyle(element).transitionDuration === '0s';
      settling.current = window.setTimeout(() => latest.current.onSwipe(swipe), isStill ? 0 : SETTLE_MS);
    }
  };
  const tap = (at: Point): void => {
    const before = lastTap.current;
    if (before) clearTimeout(before.timer);
    const isSecond = before && performance.now() - before.ms < DOUBLE_TAP.ms;
    if (isSecond && Math.hypot(at.x - before.at.x, at.y - before.at.y) < DOUBLE_TAP.distance) {
      lastTap.current = null;
      toggle(at);
      return;
    }
    const timer = window.setTimeout(() => {
      lastTap.current = null;
      latest.current.onTap();
    }, DOUBLE_TAP.ms);
    lastTap.current = { at, ms: performance.now(), timer };
  };
  const onPointerEnd = (event: PointerEvent<HTMLElement>): void => {
    const last = pointers.current.get(event.pointerId);
    if (!last) return;
    pointers.current.delete(event.pointerId);
    const from = began.current;
    begin(event.pointerType === 'mouse');
    if (pointers.current.size > 0 || !from) return;
    if (event.type === 'pointercancel') draw({ isEased: true });
    else end(from, last, event.currentTarget);
  };

  return {
    view,
    drag: own.drag,
    isEased: own.isEased,
    zoomBy: (factor) => {
      zoom(factor, STILL, true);
    },
    fitAll: () => {
      draw({ view: FITTING, isEased: true });
    },
    panBy: (dx, dy) => {
      draw({ view: keepOnStage({ ...view, x: view.x + dx, y: view.y + dy }, fit, size), isEased: true });
    },
    handlers: {
      onPointerDown: (event) => {
        isMouse.current = event.pointerType === 'mouse';
        if (isControl(event.target) || (isMouse.current && (event.button !== 0 || isText(event.target)))) return;
        pointers.current.set(event.pointerId, pointOf(event, stage.current));
        begin(isMouse.current);
      },
      onPointerMove: (event) => {
        const from = began.current;
        if (!from || !pointers.current.has(event.pointerId)) return;
        pointers.current.set(event.pointerId, pointOf(event, stage.current));
        move(from);
        // Not before: a captured press would be none on what is below it.
        if (from.hasMoved && event.currentTarget.hasPointerCapture(event.pointerId) === false)
          event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerUp: onPointerEnd,
      onPointerCancel: onPointerEnd,
      onDoubleClick: (event) => {
        if (isMouse.current && !isControl(event.target) && !isText(event.target)) toggle(pointOf(event, stage.current));
      },
    },
  };
}

/** From the centre of the stage, in CSS pixels. */
function pointOf({ clientX, clientY }: { clientX: number; clientY: number }, element: HTMLElement | null): Point {
  const box = element?.getBoundingClientRect();
  if (!box) return STILL;
  return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
}

function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest('button, a') !== null;
}

/** Words over the picture, which are selected with the mouse. */
function isText(target: EventTarget): boolean {
  return target instanceof Element && target.closest('.word-layer text') !== null;
}
