import type { VectorHit } from '@wentu/domain';
import { HOLE, type Pass, type Query, type Segment } from './segment';

/** The factor by which the number of requested slots grows when a pass may have missed hits. */
const GROWTH = 4;

/**
 * The nearest points of each query, nearest first; equal distances are ordered by id. A first pass over each segment
 * gives approximate scores. The slots that may be among the nearest are scored exactly. A segment is asked for more
 * slots as long as a slot that its pass left out may be nearer than the last hit.
 */
export function nearest(
  segments: readonly Segment[],
  queries: readonly Query[],
  limits: readonly number[],
): VectorHit[][] {
  const used = segments.filter(({ slots, holes }) => slots > holes);
  const share = Math.ceil((2 * Math.max(...limits)) / Math.max(1, used.length));
  const passes = used.map((segment) => segment.pass(queries, Math.max(segment.firstSlots(used.length), share)));
  return queries.map((query, i) =>
    refine(
      used.map((segment, s) => ({ segment, margin: segment.margin(query), pass: (passes[s] as Pass[])[i] as Pass })),
      query,
      limits[i] as number,
    ),
  );
}

interface Found {
  readonly segment: Segment;
  readonly margin: number;
  pass: Pass;
}

function refine(found: Found[], query: Query, limit: number): VectorHit[] {
  for (;;) {
    const hits = scoreCandidates(found, query, limit);
    const reach = hits[limit - 1]?.score ?? -Infinity;
    const open = found.filter(({ pass, margin }) => pass.rest > -Infinity && pass.rest + margin >= reach);
    if (open.length === 0) return hits.slice(0, limit).map(({ id, score }) => ({ id, distance: 2 - 2 * score }));
    for (const each of open)
      each.pass = each.segment.pass([query], Math.max(limit, each.pass.slots.length * GROWTH))[0] as Pass;
  }
}

interface Hit {
  readonly id: number;
  /** The exact dot product, limited to 1, because rounding may give a larger value. */
  readonly score: number;
}

function scoreCandidates(found: readonly Found[], query: Query, limit: number): Hit[] {
  const lowerBound = leastScore(found, limit);
  const hits: Hit[] = [];
  for (const { segment, margin, pass } of found) {
    for (let i = 0; i < pass.slots.length && (pass.scores[i] as number) + margin >= lowerBound; i++) {
      const slot = pass.slots[i] as number;
      const id = segment.idAt(slot);
      if (id !== HOLE) hits.push({ id, score: Math.min(1, segment.score(slot, query)) });
    }
  }
  return hits.sort((a, b) => b.score - a.score || a.id - b.id);
}

/** A lower bound for the score of the last hit. */
function leastScore(found: readonly Found[], limit: number): number {
  const least: number[] = [];
  for (const { segment, margin, pass } of found) {
    let taken = 0;
    for (let i = 0; i < pass.slots.length && taken < limit; i++) {
      if (segment.idAt(pass.slots[i] as number) === HOLE) continue;
      least.push((pass.scores[i] as number) - margin);
      taken++;
    }
  }
  return Math.min(1, least.sort((a, b) => b - a)[limit - 1] ?? -Infinity);
}
