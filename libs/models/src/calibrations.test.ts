import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewSpace, TextEncoder, TextEncoders, TextExplainer } from '@wentu/domain';
import { Calibrations } from './calibrations';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-calibrations-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const REST = { imageSize: 8, contextLength: 52, logitScale: 4.6, preprocessing: 'p' };
const spaceOf = (space: string): NewSpace => ({ model: space, space, dimension: 120 });

/**
 * Models for which each caption has the similarity in the name of the space to its own picture, and 0 to all others.
 */
function setUp(samples = resolve(__dirname, '../../../samples')) {
  const shipped = join(dataDir, 'shipped.json');
  const encoded: string[] = [];
  const errors: string[] = [];
  const broken = new Set<string>();
  const encoderOf = (space: string): TextEncoder & TextExplainer => ({
    model: { ...{ name: space, space, dimension: 120 }, ...REST },
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
    return Float32Array.from({ length: 120 }, (_, j) => (j === at ? Number(space) : 0));
  };
  const onError = (error: unknown): void => void errors.push((error as Error).message);
  const calibrations = new Calibrations({ samples, dataDir, shipped, encoders, encodePicture, onError });
  const measured = async (space: string): Promise<number> => {
    for (;;) {
      const floor = await calibrations.floorOf(spaceOf(space));
      if (floor !== null) return floor;
      await sleep(1);
    }
  };
  return { calibrations, encoded, errors, broken, measured };
}

test('measures each model at its first request, once, and one model at a time', async () => {
  const { calibrations, encoded, measured } = setUp();
  expect(await calibrations.floorOf(spaceOf('0.8'))).toBeNull();
  const own = calibrations.measureOwn();
  expect([calibrations.ownFloor, await calibrations.scaleOf(spaceOf('0.8'))]).toEqual([null, null]);
  await Promise.all([own, measured('0.8'), measured('0.8')]);
  expect([calibrations.ownFloor, await measured('0.8')]).toEqual([expect.closeTo(0.2), expect.closeTo(0.4)]);
  expect((await calibrations.scaleOf(spaceOf('0.8')))?.[0]).toEqual([1, expect.closeTo(0.8, 1)]);
  expect(encoded).toEqual([...Array<string>(120).fill('0.4'), ...Array<string>(120).fill('0.8')]);
});

test('a process that measures no models uses the values that another one has stored', async () => {
  const server = setUp();
  await server.calibrations.measureOwn();
  const { calibrations, encoded } = setUp();
  expect(await calibrations.floorOf(spaceOf('0.4'))).toBeCloseTo(0.2);
  expect(await calibrations.scaleOf(spaceOf('0.8'))).toBeNull();
  await sleep(20);
  expect(encoded).toEqual([]);
});

test('a space without an installed model has no floor, and nothing is measured', async () => {
  const { calibrations, encoded, errors } = setUp();
  await calibrations.measureOwn();
  expect(await calibrations.floorOf(spaceOf('none'))).toBeNull();
  expect([new Set(encoded), errors]).toEqual([new Set(['0.4']), []]);
});

test('reports a failure, still measures other models, and tries again', async () => {
  const { calibrations, errors, broken, measured } = setUp();
  broken.add('0.8');
  const own = calibrations.measureOwn();
  await calibrations.floorOf(spaceOf('0.8'));
  await own;
  while (errors.length === 0) await sleep(1);
  expect([calibrations.ownFloor, errors]).toEqual([expect.closeTo(0.2), ['0.8 is broken']]);
  broken.delete('0.8');
  expect(await measured('0.8')).toBeCloseTo(0.4);
});

test('without the shipped pictures the floor is null', async () => {
  const { calibrations, encoded } = setUp(join(dataDir, 'none'));
  await calibrations.measureOwn();
  expect([calibrations.ownFloor, await calibrations.floorOf(spaceOf('0.4')), encoded]).toEqual([null, null, []]);
});
