import { matches, type Filter, type VectorHit, type VectorPoint } from '@wentu/domain';

/** Reproducible numbers in [0, 1), by mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function newSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

/** Scales to length 1. */
export function unit(numbers: Iterable<number>): Float32Array {
  const vector = Float32Array.from(numbers);
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

/** A uniformly distributed point on the unit sphere: independent normal numbers (Box–Muller), normalised. */
export function randomUnit(random: () => number, dimension: number): Float32Array {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return unit(Array.from({ length: dimension }, normal));
}

/** A unit vector in the plane of the first two axes. */
export function atAngle(radians: number, dimension: number): Float32Array {
  const vector = new Float32Array(dimension);
  vector[0] = Math.cos(radians);
  vector[1] = Math.sin(radians);
  return vector;
}

/** |a − b|² of unit vectors, 2 − 2·a·b. */
export function squaredL2(a: Float32Array, b: Float32Array): number {
  return Math.max(0, 2 - 2 * a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0));
}

/** The answer of an exact search. */
export function exactSearch(
  points: Iterable<VectorPoint>,
  query: Float32Array,
  limit: number,
  filter?: Filter,
): VectorHit[] {
  return [...points]
    .filter(({ attributes }) => !filter || matches(filter, attributes))
    .map(({ id, vector }) => ({ id, distance: squaredL2(query, vector) }))
    .sort((a, b) => a.distance - b.distance || a.id - b.id)
    .slice(0, limit);
}
