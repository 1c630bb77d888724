import { newSeed, randomFrom, randomUnit } from '../contract/points';
import { Int8Rows } from './int8-rows';

const seed = newSeed();
const random = randomFrom(seed);

function fill(dimension: number, vectors: readonly Float32Array[]): Int8Rows {
  const rows = new Int8Rows(dimension, vectors.length);
  vectors.forEach((vector, row) => rows.write(row, vector));
  return rows;
}
const everywhere = (): boolean => true;
function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
function nearest(
  vectors: readonly Float32Array[],
  query: Float32Array,
  limit: number,
  isThere = everywhere as (row: number) => boolean,
): number[] {
  return vectors
    .map((vector, row) => ({ row, score: dot(query, vector) }))
    .filter(({ row }) => isThere(row))
    .sort((a, b) => b.score - a.score || a.row - b.row)
    .slice(0, limit)
    .map(({ row }) => row);
}
/** Unit vectors that int8 renders badly: one large number and many small ones. */
function spiky(dimension: number): Float32Array {
  const vector = randomUnit(random, dimension);
  vector[Math.floor(random() * dimension)] = 5;
  const norm = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / norm);
}

test.each([1, 3, 16, 31, 32, 33, 512, 768, 1_024])(
  `with %d numbers a vector no near one is left out (seed ${seed})`,
  (dimension) => {
    const base = Array.from({ length: 400 }, (_, i) =>
      i % 5 === 0 ? spiky(dimension) : randomUnit(random, dimension),
    );
    // Duplicates, so that there are ties across the limit.
    const vectors = [...base, ...base.slice(0, 60)];
    const rows = fill(dimension, vectors);
    for (const queries of [1, 3, 4, 5, 7, 8]) {
      const asked = Array.from({ length: queries }, (_, i) =>
        i % 2 === 0 ? randomUnit(random, dimension) : base[i * 5]!,
      );
      const limits = asked.map((_, i) => [1, 10, 100, 460, 1_000][i % 5]!);
      const found = rows.candidates(asked, limits, vectors.length, everywhere);
      asked.forEach((query, i) => {
        const candidates = new Set(found[i]);
        expect(nearest(vectors, query, limits[i]!).filter((row) => !candidates.has(row))).toEqual([]);
      });
    }
  },
);

test('few are left that are not among the nearest', () => {
  const vectors = Array.from({ length: 2_000 }, () => randomUnit(random, 256));
  const [found = []] = fill(256, vectors).candidates([randomUnit(random, 256)], [10], vectors.length, everywhere);
  expect(found.length).toBeLessThan(100);
});

test('holes take no place among the nearest; what moved is found where it is; zeros and rewritten rows too', () => {
  const vectors = Array.from({ length: 300 }, () => randomUnit(random, 48));
  const rows = fill(48, vectors);
  const query = vectors[7]!;
  const isThere = (row: number): boolean => row % 2 === 0;
  const [found = []] = rows.candidates([query], [5], vectors.length, isThere);
  expect(found.every(isThere)).toBe(true);
  for (const row of nearest(vectors, query, 5, isThere)) expect(found).toContain(row);
  rows.move(7, 2);
  rows.write(7, new Float32Array(48));
  expect(rows.candidates([query], [1], vectors.length, everywhere)[0]).toContain(2);
  expect(rows.candidates([query], [1], vectors.length, everywhere)[0]).not.toContain(7);
});

test('of next to nothing no whole number is left, and it is no less near for that', () => {
  const vectors = [
    ...Array.from({ length: 20 }, () => new Float32Array(40).fill(-0.1)),
    new Float32Array(40).fill(-1e-40),
  ];
  const [found] = fill(40, vectors).candidates([new Float32Array(40).fill(0.1)], [1], vectors.length, everywhere);
  expect(found).toContain(20);
});
