import type { KeyboardEvent } from 'react';

import { tileAfterKey } from '../logic/src/grid-keys';

/** Keys move the focus among the tiles of an element as `tileAfterKey` says: arrows in the visible direction. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const tiles = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('button.tile')];
  const at = tiles.findIndex((tile) => tile === document.activeElement);
  if (at < 0) return;
  const boxes = tiles.map((tile) => tile.getBoundingClientRect());
  const next = tileAfterKey(event.key, boxes, at);
  if (next === null) return;
  event.preventDefault();
  tiles[next]?.focus();
}
