import { createContext, useRef, useState } from 'react';

import { add, NOTHING, rangeTo, remove, toggle, type SelectedPicture, type Selection } from '../logic/src/selection';
import type { PictureFragment } from './generated/operations';
import { useTakenOut } from './taken-out';

/** A list whose pictures can be selected, also those that are not drawn or not known yet. */
export interface SelectableList {
  /** The number of pictures that "all" selects. */
  readonly total: number;
  /** Undefined: not known yet. */
  readonly at: (index: number) => SelectedPicture | undefined;
  /** The pictures from one place to another one, both included; those that are not known are read. */
  readonly read: (from: number, to: number) => Promise<readonly SelectedPicture[]>;
}

/** What tiles need of the selection. */
export interface TileSelection {
  readonly has: (id: string) => boolean;
  /** Pictures are being selected: a press on a tile selects it. */
  readonly isOn: boolean;
}

export const SelectionContext = createContext<TileSelection | null>(null);

export interface Selecting extends TileSelection {
  readonly selection: Selection;
  readonly list: SelectableList;
  readonly state: 'ready' | 'reading' | 'failed';
  /** Pictures are selected by a press from now on. */
  readonly begin: () => void;
  readonly end: () => void;
  readonly toggle: (index: number) => void;
  /** Selects from the last picture that was selected alone to this one. */
  readonly extend: (index: number) => void;
  readonly all: () => void;
  /** While the pointer is drawn over pictures: these, beside what was selected before. */
  readonly draw: (indexes: readonly number[], before: Selection, isAdding: boolean) => void;
  /** These are not in the list any more, or have changed. */
  readonly replace: (change: (before: Selection) => Selection) => void;
}

/** @param key another one when the list shows other pictures: then nothing is selected */
export function useSelection(list: SelectableList, key: string): Selecting {
  const [kept, setKept] = useState({ key, selection: NOTHING, isOn: false, state: 'ready' as Selecting['state'] });
  const { hidden } = useTakenOut();
  // `isOn`: the user has begun it, so it goes on when nothing is selected.
  // A late answer belongs to a selection that has ended.
  const round = useRef(0);
  const current = kept.key === key ? kept : { key, selection: NOTHING, isOn: false, state: 'ready' as const };
  const { selection } = current;
  const set = (change: (before: Selection) => Selection, state: Selecting['state'] = 'ready'): void => {
    setKept((before) => {
      const of = before.key === key ? before.selection : NOTHING;
      const selected = change(of);
      return { key, selection: selected, isOn: before.key === key && before.isOn, state };
    });
  };
  const read = (anchor: number, to: number): void => {
    const ends = rangeTo(anchor, to);
    const own = ++round.current;
    set((before) => before, 'reading');
    list.read(ends.from, ends.to).then(
      (pictures) => {
        if (own !== round.current) return;
        const isCut = Math.abs(to - anchor) > ends.to - ends.from;
        set((before) => {
          const added = add(
            { ...before, anchor },
            pictures.filter(({ id }) => !hidden.has(id)),
          );
          return isCut ? { ...added, isCut } : added;
        });
      },
      () => {
        if (own === round.current) set((before) => before, 'failed');
      },
    );
  };
  return {
    ...{ selection, list, state: current.state, has: (id) => selection.pictures.has(id) },
    isOn: current.isOn || selection.pictures.size > 0,
    begin: () => {
      setKept({ ...current, isOn: true });
    },
    end: () => {
      round.current++;
      setKept({ key, selection: NOTHING, isOn: false, state: 'ready' });
    },
    toggle: (index) => {
      const picture = list.at(index);
      if (picture) set((before) => toggle(before, picture, index));
    },
    extend: (index) => {
      read(selection.anchor ?? index, index);
    },
    all: () => {
      if (list.total > 0) read(0, list.total - 1);
    },
    draw: (indexes, before, isAdding) => {
      const pictures = indexes.flatMap((index) => list.at(index) ?? []);
      set(() => (isAdding ? add(before, pictures) : remove(before, pictures)));
    },
    replace: set,
  };
}

/** @param collection the name of its collection */
export function chosen(
  { id, imageId, sizeBytes, tags }: Pick<PictureFragment, 'id' | 'imageId' | 'sizeBytes' | 'tags'>,
  collection: string,
): SelectedPicture {
  return { id, imageId, collection, sizeBytes, tags };
}
