import type { Filter, VectorHit } from '@wentu/domain';
import type { Matching } from './attribute-columns';
import { LeastOfLargest } from './largest';
import { HOLE, type Pass, type Query, type Segment } from './segment';

/** The factor by which the number of requested slots grows when a pass may have missed hits. */
const GROWTH = 4;

/** A segment is asked for this factor more than its share of the hits, because they are not evenly spread. */
const SHARE = 2;

/**
 * The first pass is asked for at least `firstSlots / FIRST_MATCHES` matching slots. A graph finds the nearest surely
 * only if it is asked for several times as many; with 12 instead of 4, one of ten hits of a filter of 10 % was missed.
 */
const FIRST_MATCHES = 4;

/** The factor by which more slots are requested than contain enough matches on average. */
const SPARE = 1.25;

export interface Nearest {
  readonly query: Query;
  readonly limit: number;
  /** null: all points match. */
  readonly filter: Filter | null;
}

/**
 * The nearest matching points of each query, nearest first; equal distances are ordered by id. A first pass over each
 * segment gives approximate scores. The slots that may be among the nearest are scored exactly. A segment is asked for
 * more slots as long as a slot that its pass left out may be nearer than the last hit.
 */
export function nearest(segments: readonly Segment[], asked: readonly Nearest[]): VectorHit[][] {
  const hits: VectorHit[][] = [];
  // Queries with the same filter share the passes.
  const groups = new Map<string, number[]>();
  asked.forEach(({ filter }, place) => {
    const key = JSON.stringify(filter);
    groups.set(key, [...(groups.get(key) ?? []), place]);
  });
  for (const places of groups.values()) {
    const group = places.map((place) => asked[place] as Nearest);
    nearestMatching(segments, group).forEach((found, i) => (hits[places[i] as number] = found));
  }
  return hits;
}

/** @param asked queries with the same filter */
function nearestMatching(segments: readonly Segment[], asked: readonly Nearest[]): VectorHit[][] {
  const filter = asked[0]?.filter ?? null;
  const used = segments
    .filter(({ slots, holes }) => slots > holes)
    .map((segment) => ({ segment, matching: filter && segment.matching(filter) }))
    .filter(({ matching }) => matching?.count !== 0);
  const queries = asked.map(({ query }) => query);
  const most = Math.max(...asked.map(({ limit }) => limit));
  const share = Math.ceil((SHARE * most) / Math.max(1, used.length));
  const passes = used.map(({ segment, matching }) => {
    const first = segment.firstSlots(used.length);
    // The nearest of all slots are not always a fair sample of the matching ones; then `refine` asks for more.
    const asked = { first, count: Math.max(share, Math.ceil(first / FIRST_MATCHES)) };
    return { segment, matching, ...asked, ofQueries: passOver(segment, matching, queries, asked) };
  });
  return asked.map(({ query, limit }, i) =>
    refine(
      passes.map(({ segment, matching, first, count, ofQueries }) => {
        return { segment, matching, margin: segment.margin(query), first, count, pass: ofQueries[i] as Pass };
      }),
      query,
      limit,
    ),
  );
}

/**
 * Passes with about `count` matching slots. Either the segment is asked for so many more slots, or only the matching
 * slots are scored, whichever takes less time. Both are complete: `rest` bounds every slot that is left out.
 */
function passOver(
  segment: Segment,
  matching: Matching | null,
  queries: readonly Query[],
  { first, count }: { readonly first: number; readonly count: number },
): Pass[] {
  if (!matching) return segment.pass(queries, Math.max(first, count));
  const wanted = Math.max(first, Math.ceil((SPARE * count * segment.slots) / matching.count));
  if (segment.prefersPass(wanted, matching.count)) return segment.pass(queries, wanted);
  return segment.passAmong(livingMatches(segment, matching), queries, Math.max(first, count));
}

/** The matching slots of points that are not deleted. */
export function livingMatches(segment: Segment, matching: Matching): Uint32Array {
  return segment.holes === 0 ? matching.list : matching.list.filter((slot) => segment.idAt(slot) !== HOLE);
}

interface Found {
  readonly segment: Segment;
  readonly matching: Matching | null;
  readonly margin: number;
  /** The smallest number of slots that a pass is asked for, matching or not. */
  readonly first: number;
  /** The number of matching slots that the pass was asked for. */
  count: number;
  pass: Pass;
}

function refine(found: Found[], query: Query, limit: number): VectorHit[] {
  for (;;) {
    const hits = scoreCandidates(found, query, limit);
    const reach = hits[limit - 1]?.score ?? -Infinity;
    const open = found.filter(({ pass, margin }) => pass.rest > -Infinity && pass.rest + margin >= reach);
    if (open.length === 0) return hits.slice(0, limit).map(({ id, score }) => ({ id, distance: 2 - 2 * score }));
    for (const each of open) {
      each.count = Math.max(limit, GROWTH * Math.max(each.first, each.count));
      each.pass = passOver(each.segment, each.matching, [query], each)[0] as Pass;
    }
  }
}

interface Hit {
  readonly id: number;
  /** The exact dot product, limited to 1, because rounding may give a larger value. */
  readonly score: number;
}

/**
 * The candidates with their exact scores, nearest first: all that may be among the `limit` nearest. They are scored in
 * the order of the largest score that each may have, so that most of them need no exact score.
 */
function scoreCandidates(found: readonly Found[], query: Query, limit: number): Hit[] {
  const least = new LeastOfLargest(limit);
  const hits: Hit[] = [];
  const lists = found.map((each) => ({ ...each, at: nextCandidate(each, 0) }));
  for (;;) {
    let [best, bound] = [lists[0], -Infinity];
    for (const list of lists) {
      const most = list.at < list.pass.slots.length ? (list.pass.scores[list.at] as number) + list.margin : -Infinity;
      if (most > bound) [best, bound] = [list, most];
    }
    if (!best || bound === -Infinity || bound < least.value) break;
    const slot = best.pass.slots[best.at] as number;
    best.at = nextCandidate(best, best.at + 1);
    const score = Math.min(1, best.segment.score(slot, query));
    if (score < least.value) continue;
    least.add(score);
    hits.push({ id: best.segment.idAt(slot), score });
  }
  return hits.filter(({ score }) => score >= least.value).sort((a, b) => b.score - a.score || a.id - b.id);
}

/** The place of the next slot of a pass that may be a hit. */
function nextCandidate({ segment, matching, pass }: Found, from: number): number {
  let at = from;
  while (at < pass.slots.length && !isCandidate(segment, matching, pass.slots[at] as number)) at++;
  return at;
}

function isCandidate(segment: Segment, matching: Matching | null, slot: number): boolean {
  return segment.idAt(slot) !== HOLE && (matching === null || matching.has(slot));
}
