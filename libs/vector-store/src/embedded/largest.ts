import type { Pass } from './segment';

/** The slots with the largest scores: at least `count` slots, or all. The scores are exact. */
export function largestScores(scores: Float64Array, count: number): Pass {
  let lowerBound = -Infinity;
  if (count < scores.length) {
    // The top of the heap is the smallest of the largest scores so far.
    const heap = new Float64Array(count).fill(-Infinity);
    for (const score of scores) if (score > (heap[0] as number)) replaceSmallest(heap, score);
    lowerBound = heap[0] as number;
  }
  const places: number[] = [];
  scores.forEach((score, place) => {
    if (score >= lowerBound) places.push(place);
  });
  // Slots that tie with the last one are included too.
  places.sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const rest = places.length === scores.length ? -Infinity : lowerBound;
  return { slots: places, scores: places.map((place) => scores[place] as number), rest };
}

function replaceSmallest(heap: Float64Array, value: number): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
    const below = heap[child] as number;
    if (below >= value) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = value;
}
