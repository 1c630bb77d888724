import type { VectorPoint, VectorStore } from '@wentu/domain';
import { atAngle, randomFrom, randomUnit, squaredL2, unit } from './points';

const DIMENSION = 64;
const COUNT = 1_500;
const SIMILARITY = 0.95;

/** What the tests of pairs need of the suite that declares them. */
export interface PairsContract {
  /** Creates an empty index of this dimension, which the suite drops. */
  readonly newIndex: (dimension: number) => Promise<{ store: VectorStore; index: string }>;
  readonly test: (title: string, body: () => Promise<void>) => void;
  readonly seed: number;
}

/** Declares the tests of the search for pairs for one adapter. */
export function pairsContract({ newIndex, test: it, seed }: PairsContract): void {
  it(`finds the pairs of near points among ${COUNT} points, each with its cosine (seed ${seed})`, async () => {
    const { store, index } = await newIndex(DIMENSION);
    const points = pointsWithCopies(seed);
    for (let i = 0; i < COUNT; i += 500) await store.upsert(index, points.slice(i, i + 500));
    const right = pairsByBruteForce(points);
    const found = await allPairs(store, index, SIMILARITY);
    expect(right.size).toBeGreaterThan(COUNT / 20);
    for (const [pair, similarity] of found) expect(right.get(pair)).toBeCloseTo(similarity, 4);
    const missed = [...right.keys()].filter((pair) => !found.has(pair));
    // Cells are approximate: a pair whose points have no common cell among their nearest ones is missed.
    expect(missed.length).toBeLessThanOrEqual(right.size * 0.01);
  });

  it('equal points are pairs; without near points there are none; an empty index has none', async () => {
    const { store, index } = await newIndex(DIMENSION);
    expect(await allPairs(store, index, 0.9)).toEqual(new Map());
    const vectors = [0, 1, 1, 2].map((angle) => atAngle(angle, DIMENSION));
    await store.upsert(
      index,
      vectors.map((vector, i) => ({ id: 10 + i, vector, attributes: {} })),
    );
    expect([...(await allPairs(store, index, 0.9)).keys()]).toEqual(['11 12']);
    await store.delete(index, [12]);
    expect(await allPairs(store, index, 0.9)).toEqual(new Map());
  });

  it('points that are deleted between two pages are left out of the rest, and the search ends', async () => {
    const { store, index } = await newIndex(DIMENSION);
    const points = pointsWithCopies(seed);
    for (let i = 0; i < COUNT; i += 500) await store.upsert(index, points.slice(i, i + 500));
    const first = await store.pairs(index, { minSimilarity: SIMILARITY, from: null });
    const kept = 700;
    await store.delete(
      index,
      points.slice(kept).map(({ id }) => id),
    );
    let { next } = first;
    while (next !== null) next = (await store.pairs(index, { minSimilarity: SIMILARITY, from: next })).next;
    const right = [...pairsByBruteForce(points.slice(0, kept)).keys()];
    expect([...(await allPairs(store, index, SIMILARITY)).keys()].every((pair) => right.includes(pair))).toBe(true);
  });

  it('a cosine out of its range is INVALID_INPUT, an unknown index NOT_FOUND, an abort ends the call', async () => {
    const { store, index } = await newIndex(DIMENSION);
    for (const minSimilarity of [0, -0.5, 1.01, NaN])
      await expect(store.pairs(index, { minSimilarity, from: null })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const search = { minSimilarity: 0.9, from: null };
    await expect(store.pairs(`${index}_unknown`, search)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const reason = new Error('stopped');
    await expect(store.pairs(index, search, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
}

/** Reads all pages. @returns the cosine by the two ids, the smaller one first */
async function allPairs(store: VectorStore, index: string, minSimilarity: number): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (let from: string | null = null, done = 0; ;) {
    const page = await store.pairs(index, { minSimilarity, from });
    page.similarities.forEach((similarity, i) => found.set(`${page.ids[2 * i]} ${page.ids[2 * i + 1]}`, similarity));
    expect(page.done).toBeGreaterThanOrEqual(done);
    ({ next: from, done } = page);
    if (from === null) {
      expect(done).toBe(1);
      return found;
    }
  }
}

/** Random points around a few centres; every fifth point is a slightly changed copy of an earlier one. */
function pointsWithCopies(seed: number): VectorPoint[] {
  const random = randomFrom(seed);
  const centres = Array.from({ length: 20 }, () => randomUnit(random, DIMENSION));
  const vectors: Float32Array[] = [];
  for (let i = 0; i < COUNT; i++) {
    const noise = randomUnit(random, DIMENSION);
    const isCopy = i % 5 === 4;
    const base = isCopy ? vectors[Math.floor(random() * i)] : centres[i % centres.length];
    const amount = isCopy ? 0.25 * random() : 0.8;
    vectors.push(unit((base as Float32Array).map((value, at) => value + amount * (noise[at] as number))));
  }
  return vectors.map((vector, i) => ({ id: 3 * i + 1, vector, attributes: {} }));
}

function pairsByBruteForce(points: readonly VectorPoint[]): Map<string, number> {
  const pairs = new Map<string, number>();
  points.forEach((a, i) => {
    for (const b of points.slice(i + 1)) {
      const similarity = 1 - squaredL2(a.vector, b.vector) / 2;
      if (similarity >= SIMILARITY) pairs.set(`${a.id} ${b.id}`, similarity);
    }
  });
  return pairs;
}
