import type { Point } from '../geometry';

/** Pixels that touch each other, also at corners. */
export interface Component {
  readonly pixels: number;
  /** The first and the last pixel of each of its runs: their hull is the hull of the component. */
  readonly ends: readonly Point[];
}

interface Run {
  readonly y: number;
  readonly from: number;
  readonly to: number;
  /** The index of another run of the component, or its own. */
  parent: number;
}

/**
 * Finds the connected components of the pixels above the threshold, after a dilation by one pixel to the right and one
 * downwards, as PaddleOCR does.
 * @param map `[height, width]`
 */
export function findComponents(map: Uint8Array, width: number, height: number, threshold: number): Component[] {
  const runs = joinRuns(findRuns(map, width, height, threshold));
  const groups = new Map<number, { pixels: number; ends: Point[] }>();
  runs.forEach(({ y, from, to }, i) => {
    const root = rootOf(runs, i);
    let group = groups.get(root);
    if (!group) groups.set(root, (group = { pixels: 0, ends: [] }));
    group.pixels += to - from + 1;
    group.ends.push({ x: from, y });
    if (to > from) group.ends.push({ x: to, y });
  });
  return [...groups.values()];
}

function findRuns(map: Uint8Array, width: number, height: number, threshold: number): Run[] {
  const runs: Run[] = [];
  const isOn = (at: number): boolean => (map[at] as number) > threshold;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const above = y > 0 ? row - width : row;
    let from = -1;
    let left = false;
    for (let x = 0; x <= width; x++) {
      const here = x < width && (isOn(row + x) || isOn(above + x));
      const on = x < width && (here || left);
      left = here;
      if (on && from < 0) from = x;
      if (on || from < 0) continue;
      runs.push({ y, from, to: x - 1, parent: runs.length });
      from = -1;
    }
  }
  return runs;
}

/** Joins each run with the runs of the row above that it touches. */
function joinRuns(runs: Run[]): Run[] {
  let above = 0;
  runs.forEach((run, i) => {
    while ((runs[above] as Run).y < run.y - 1) above++;
    for (let other = above; other < i && (runs[other] as Run).y < run.y; other++) {
      const { from, to } = runs[other] as Run;
      if (from <= run.to + 1 && to >= run.from - 1) join(runs, other, i);
      // The next run of this row may touch the same run above, and all after it.
      if (to < run.from - 1 && other === above) above++;
      if (from > run.to + 1) break;
    }
  });
  return runs;
}

function join(runs: Run[], a: number, b: number): void {
  const [rootA, rootB] = [rootOf(runs, a), rootOf(runs, b)];
  (runs[Math.max(rootA, rootB)] as Run).parent = Math.min(rootA, rootB);
}

function rootOf(runs: Run[], index: number): number {
  let root = index;
  while ((runs[root] as Run).parent !== root) root = (runs[root] as Run).parent;
  for (let at = index; at !== root;) {
    const run = runs[at] as Run;
    at = run.parent;
    run.parent = root;
  }
  return root;
}
