import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewSpace, TextEncoder, TextEncoders, TextExplainer } from '@wentu/domain';
import { SimilarityFloors } from './similarity-floors';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-floors-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const REST = { imageSize: 8, contextLength: 52, logitScale: 4.6, preprocessing: 'p' };
const spaceOf = (space: string): NewSpace => ({ model: space, space, dimension: 36 });

/**
 * Models for which each caption has the similarity in the name of the space to its own picture, and 0 to all others.
 */
function setUp(samples = resolve(__dirname, '../../../samples')) {
  const encoded: string[] = [];
  const errors: string[] = [];
  const broken = new Set<string>();
  const encoderOf = (space: string): TextEncoder & TextExplainer => ({
    model: { ...{ name: space, space, dimension: 36 }, ...REST },
    encodeTexts: async (texts) => texts.map((_, i) => Float32Array.from(texts, (_text, j) => Number(i === j))),
    explainTexts: async () => [],
  });
  const encoders = {
    own: encoderOf('0.4'),
    of: async ({ space }) => (space === 'none' ? null : encoderOf(space)),
  } satisfies TextEncoders;
  const encodePicture = async (_bytes: Uint8Array, { space }: NewSpace): Promise<Float32Array> => {
    if (broken.has(space)) throw new Error(`${space} is broken`);
    const at = encoded.filter((each) => each === space).length % 120;
    encoded.push(space);
    await sleep(0);
    return Float32Array.from({ length: 36 }, (_, j) => (j === at ? Number(space) : 0));
  };
  const onError = (error: unknown): void => void errors.push((error as Error).message);
  const floors = new SimilarityFloors({ samples, dataDir, encoders, encodePicture, onError });
  const measured = async (space: string): Promise<number> => {
    for (;;) {
      const floor = await floors.of(spaceOf(space));
      if (floor !== null) return floor;
      await sleep(1);
    }
  };
  return { floors, encoded, errors, broken, measured };
}

test('measures each model at its first request, once, and one model at a time', async () => {
  const { floors, encoded, measured } = setUp();
  expect(floors.own).toBeNull();
  expect(await floors.of(spaceOf('0.8'))).toBeNull();
  await Promise.all([floors.measureOwn(), measured('0.8'), measured('0.8')]);
  expect([floors.own, await floors.of(spaceOf('0.8'))]).toEqual([expect.closeTo(0.2), expect.closeTo(0.4)]);
  expect(encoded).toEqual([...Array<string>(120).fill('0.8'), ...Array<string>(120).fill('0.4')]);
  // Another process reads the value from the file.
  const next = setUp();
  expect([await next.measured('0.8'), next.encoded]).toEqual([expect.closeTo(0.4), []]);
});

test('a space without an installed model has no floor, and nothing is measured', async () => {
  const { floors, encoded, errors } = setUp();
  expect(await floors.of(spaceOf('none'))).toBeNull();
  await floors.measureOwn();
  expect([new Set(encoded), errors]).toEqual([new Set(['0.4']), []]);
});

test('reports a failure, still measures other models, and tries again', async () => {
  const { floors, errors, broken, measured } = setUp();
  broken.add('0.8');
  await floors.of(spaceOf('0.8'));
  await floors.measureOwn();
  expect([floors.own, errors]).toEqual([expect.closeTo(0.2), ['0.8 is broken']]);
  broken.delete('0.8');
  expect(await measured('0.8')).toBeCloseTo(0.4);
});

test('without the shipped pictures the floor is null', async () => {
  const { floors, encoded } = setUp(join(dataDir, 'none'));
  await floors.measureOwn();
  expect([floors.own, await floors.of(spaceOf('0.4')), encoded]).toEqual([null, null, []]);
});
