export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

/**
 * The tile that an arrow key leads to: the next or previous one, or the one above or below with the nearest middle.
 * @returns null for other keys, or when there is no such tile
 */
export function tileAfterKey(key: string, boxes: readonly Box[], at: number): number | null {
  if (key === 'ArrowRight') return at + 1 < boxes.length ? at + 1 : null;
  if (key === 'ArrowLeft') return at > 0 ? at - 1 : null;
  if (key === 'Home') return boxes.length > 0 ? 0 : null;
  if (key === 'End') return boxes.length > 0 ? boxes.length - 1 : null;
  const from = boxes[at];
  if (!from || (key !== 'ArrowDown' && key !== 'ArrowUp')) return null;
  const down = key === 'ArrowDown';
  // Tiles of one row have the same top.
  const beyond = boxes.filter(({ top }) => (down ? top > from.top : top < from.top)).map(({ top }) => top);
  if (beyond.length === 0) return null;
  const row = down ? Math.min(...beyond) : Math.max(...beyond);
  const middle = (box: Box): number => box.left + box.width / 2;
  let best: number | null = null;
  for (const [i, box] of boxes.entries()) {
    if (box.top !== row) continue;
    const held = best === null ? undefined : boxes[best];
    if (!held || Math.abs(middle(box) - middle(from)) < Math.abs(middle(held) - middle(from))) best = i;
  }
  return best;
}
