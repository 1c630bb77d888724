import type { Pass, Query, Segment } from './segment';

/** The slots with the largest scores: at least `count` slots, or all. The scores are exact. */
export function largestScores(scores: Float64Array, count: number): Pass {
  const least = new LeastOfLargest(count);
  if (count < scores.length) for (const score of scores) least.add(score);
  const lowerBound = least.value;
  const places: number[] = [];
  scores.forEach((score, place) => {
    if (score >= lowerBound) places.push(place);
  });
  // Slots that tie with the last one are included too.
  places.sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const rest = places.length === scores.length ? -Infinity : lowerBound;
  return { slots: places, scores: places.map((place) => scores[place] as number), rest };
}

/** The least of the `count` largest numbers so far; −Infinity as long as there are fewer. */
export class LeastOfLargest {
  /** A heap whose top is the least. */
  private readonly heap: Float64Array;

  /** @param count at least 1 */
  constructor(count: number) {
    this.heap = new Float64Array(count).fill(-Infinity);
  }

  get value(): number {
    return this.heap[0] as number;
  }

  add(number: number): void {
    const { heap } = this;
    if (number <= (heap[0] as number)) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
      const below = heap[child] as number;
      if (below >= number) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = number;
  }
}

/** A pass over these slots with their exact scores. */
export function scoreEach(
  segment: Pick<Segment, 'score'>,
  slots: Uint32Array,
  queries: readonly Query[],
  count: number,
): Pass[] {
  return queries.map((query) => {
    const scores = Float64Array.from(slots, (slot) => segment.score(slot, query));
    const pass = largestScores(scores, Math.min(count, slots.length));
    return { ...pass, slots: Array.from(pass.slots, (place) => slots[place] as number) };
  });
}
