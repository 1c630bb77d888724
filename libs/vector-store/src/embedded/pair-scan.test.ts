import { randomFrom, randomUnit, unit } from '../contract/points';
import { PairScan, type PairSource } from './pair-scan';
import { Quantizer } from './quantizer';
import { dot } from './segment';
import { loadUsearch } from './usearch';

const DIMENSION = 32;
const COUNT = 600;
const MIN_SIMILARITY = 0.9;

/** Points of which every second one is near the one before it. */
function newPoints(): Map<number, Float32Array> {
  const random = randomFrom(7);
  const points = new Map<number, Float32Array>();
  for (let id = 1; id < COUNT; id += 2) {
    const vector = randomUnit(random, DIMENSION);
    const noise = randomUnit(random, DIMENSION);
    points.set(id, vector);
    points.set(id + 1, unit(vector.map((value, i) => value + 0.1 * (noise[i] as number))));
  }
  return points;
}

function scanOf(points: ReadonlyMap<number, Float32Array>, isScanned = false): PairScan {
  const quantizer = new Quantizer(DIMENSION);
  const source: PairSource = {
    ids: Float64Array.from(points.keys()),
    vectorOf: (id) => points.get(id) ?? null,
    readInt8(id, out, at) {
      const vector = points.get(id);
      if (vector) quantizer.quantize(vector, out, at);
      return vector !== undefined;
    },
  };
  const usearch = isScanned ? null : loadUsearch();
  return new PairScan(source, { usearch, quantizer, threads: 1, minSimilarity: MIN_SIMILARITY });
}

async function pairsOf(scan: PairScan, check = (): void => undefined): Promise<Set<string>> {
  const pairs = new Set<string>();
  for (let step = 0; step < scan.steps;) {
    const { ids, step: next } = await scan.run(step, check);
    for (let i = 0; i < ids.length; i += 2) pairs.add(`${ids[i]} ${ids[i + 1]}`);
    step = next;
  }
  return pairs;
}

test.each([false, true])('finds all pairs; by plain scans: %s', async (isScanned) => {
  const points = newPoints();
  const found = await pairsOf(scanOf(points, isScanned));
  const right: string[] = [];
  for (const [a, vector] of points)
    for (const [b, other] of points) if (a < b && dot(vector, other, 0) >= MIN_SIMILARITY) right.push(`${a} ${b}`);
  expect(right.length).toBeGreaterThanOrEqual(COUNT / 2);
  expect([...found].sort()).toEqual(right.sort());
});

test('points that are deleted during the scan are in no later pair', async () => {
  const points = newPoints();
  const scan = scanOf(points);
  let turns = 0;
  const found = await pairsOf(scan, () => {
    // The points have their cells then, and no pair was found yet.
    if (++turns === Math.ceil(COUNT / 256) + 1) for (let id = 1; id <= 100; id++) points.delete(id);
  });
  expect(found.size).toBeGreaterThanOrEqual((COUNT - 100) / 2);
  expect([...found].filter((pair) => Number(pair.split(' ')[0]) <= 100)).toEqual([]);
});

test('a check that throws ends the scan between two turns', async () => {
  const points = newPoints();
  let turns = 0;
  const check = (): void => {
    if (++turns > 2) throw new Error('dropped');
  };
  await expect(pairsOf(scanOf(points), check)).rejects.toThrow('dropped');
  expect(turns).toBe(3);
});

test('a step that is run again gives the same pairs', async () => {
  const scan = scanOf(newPoints());
  const first = await pairsOf(scan);
  expect([...(await pairsOf(scan))].sort()).toEqual([...first].sort());
});
