import { lazy, useEffect, useMemo, useRef, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';

import { NOTHING } from '../../logic/src/selection';
import { useLanguage } from '../language';
import { SelectionContext, type Selecting } from '../use-selection';
import { Chunk } from './chunk';

const SelectionBar = lazy(() => import('./selection-bar'));

interface Props {
  readonly selecting: Selecting;
  /** The name of a zip file of these pictures. */
  readonly name: string;
  /** The collection for suggested tags; null: pictures are of several ones. */
  readonly collection: string | null;
  /** Tags have changed. */
  readonly onTagged: () => void;
  readonly children: ReactNode;
}

/**
 * Pictures that can be selected: by their ticks, with Shift, Ctrl or a rubber band, by a long press, and by keys. The
 * tiles are `li` with `data-index`, their place in the list.
 */
export function Selectable({ selecting, name, collection, onTagged, children }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const now = useRef(selecting);
  useEffect(() => {
    now.current = selecting;
  });
  useDrawing(root, now);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.defaultPrevented || isElsewhere(event.target)) return;
      if (event.key === 'Escape' && now.current.isOn) now.current.end();
      if (event.key.toLowerCase() !== 'a' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      event.preventDefault();
      now.current.all();
    };
    addEventListener('keydown', onKey);
    return () => {
      removeEventListener('keydown', onKey);
    };
  }, []);
  const { isOn, selection } = selecting;
  const tiles = useMemo(() => ({ has: (id: string) => selection.pictures.has(id), isOn }), [selection, isOn]);
  return (
    <SelectionContext value={tiles}>
      <div
        ref={root}
        className={isOn ? 'selectable is-selecting' : 'selectable'}
        onClickCapture={(event) => {
          pressed(event, selecting);
        }}
        onKeyDownCapture={(event) => {
          keyed(event, selecting);
        }}
        onKeyUpCapture={(event) => {
          // Firefox presses a button when the space bar is released.
          if (event.key === ' ' && tileOf(event.target)) event.preventDefault();
        }}
        onKeyDown={(event) => {
          // The focus has moved already.
          const { activeElement } = document;
          const at = event.key.startsWith('Arrow') && event.shiftKey ? indexOf(tileOf(activeElement)) : null;
          if (at !== null && activeElement !== event.target) selecting.extend(at);
        }}
      >
        {children}
      </div>
      {isOn && (
        <Chunk>
          <SelectionBar selecting={selecting} name={name} collection={collection} onTagged={onTagged} />
        </Chunk>
      )}
    </SelectionContext>
  );
}

/** Begins a selection; for touch screens, where a long press is not known to all. */
export function SelectButton({ selecting }: { readonly selecting: Selecting }) {
  const { t } = useLanguage();
  return (
    <button
      type="button"
      className="quiet"
      aria-pressed={selecting.isOn}
      title={t.selectionKeys}
      onClick={selecting.isOn ? selecting.end : selecting.begin}
    >
      {t.select}
    </button>
  );
}

const tileOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('button.tile') : null;

function indexOf(element: HTMLElement | null): number | null {
  const text = element?.closest<HTMLElement>('li[data-index]')?.dataset['index'];
  return text === undefined ? null : Number(text);
}

/** A press selects a picture with a key, on its tick, and while pictures are being selected. Enter always opens it. */
function pressed(event: MouseEvent, { isOn, toggle, extend }: Selecting): void {
  const target = event.target as Element;
  const tick = target.closest<HTMLElement>('.tile-tick');
  const at = indexOf(tick ?? tileOf(target));
  const isPointer = event.detail > 0;
  if (at === null || !(tick || (isPointer && (isOn || event.shiftKey || event.ctrlKey || event.metaKey)))) return;
  event.stopPropagation();
  event.preventDefault();
  if (event.shiftKey) extend(at);
  else toggle(at);
}

function keyed(event: KeyboardEvent, { toggle, extend, replace, selection }: Selecting): void {
  const at = indexOf(tileOf(event.target));
  if (at === null || event.ctrlKey || event.metaKey || event.altKey) return;
  // A range begins at the picture from which the arrow key leads away.
  if (event.shiftKey && event.key.startsWith('Arrow') && selection.anchor === null)
    replace((before) => ({ ...before, anchor: at }));
  if (event.key !== ' ' && event.key.toLowerCase() !== 'x') return;
  event.preventDefault();
  event.stopPropagation();
  if (event.shiftKey) extend(at);
  else toggle(at);
}

/** Whether a key is for a field or a dialog. */
function isElsewhere(target: EventTarget | null): boolean {
  const isField = target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
  return isField || document.querySelector('[role="dialog"], [role="alertdialog"]') !== null;
}

/** The code for rubber bands and fingers is loaded when it may be needed. */
function useDrawing(root: { readonly current: HTMLElement | null }, now: { readonly current: Selecting }): void {
  useEffect(() => {
    let isGone = false;
    let stop: (() => void) | null = null;
    let before = NOTHING;
    let isAdding = true;
    const drawing = {
      begin: (at: number | null, keeps: boolean) => {
        const { selection, list } = now.current;
        const first = at === null ? undefined : list.at(at);
        before = keeps ? { ...selection, anchor: at ?? selection.anchor } : NOTHING;
        isAdding = !first || !selection.pictures.has(first.id);
      },
      move: (indexes: readonly number[]) => {
        now.current.draw(indexes, before, isAdding);
      },
    };
    import('../draw-selection').then(
      ({ drawSelection }) => {
        if (!isGone && root.current) stop = drawSelection(root.current, () => drawing);
      },
      // Without it, pictures can be selected one by one.
      () => undefined,
    );
    return () => {
      isGone = true;
      stop?.();
    };
  }, [root, now]);
}
