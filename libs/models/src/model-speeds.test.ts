import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageEncoder, ModelInfo } from '@wentu/domain';
import type { InstalledModel } from './installed-models';
import { measureImages } from './measure-images';
import { machineOf, ModelSpeeds, readSpeeds, speedKey, type SpeedTools } from './model-speeds';

const settings = { device: 'cpu', threads: 0 } as const;
const info = { name: 'm', space: 's', dimension: 2, imageSize: 4 } as ModelInfo;
const model: InstalledModel = { folder: '/m', key: 'k', info, bytes: { image: 2, text: 1 } };

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-speeds-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

let asked: string[] = [];
beforeEach(() => {
  asked = [];
});
function speedsWith(more: Partial<SpeedTools> = {}): { speeds: ModelSpeeds; errors: unknown[] } {
  const errors: unknown[] = [];
  const speeds = new ModelSpeeds({
    ...{ dataDir, settings, isBusy: async () => false, onError: (error) => void errors.push(error) },
    encodeTexts: async ([text]) => void asked.push(text ?? ''),
    imagesPerSecond: async () => (asked.push('images'), 12.5),
    ...more,
  });
  return { speeds, errors };
}
const measured = async (): Promise<unknown> => (await readSpeeds(dataDir))[machineOf(settings)]?.[speedKey(model)];

test('a model is measured once, stored for this machine, and not measured by the next process', async () => {
  const { speeds } = speedsWith();
  speeds.measure(model);
  speeds.measure(model);
  await speeds.ended();
  expect(await measured()).toEqual({ imagesPerSecond: 12.5, textMs: expect.any(Number) as number });
  expect(asked.filter((each) => each === 'images')).toHaveLength(1);
  // A cache of texts would make a repeated text faster.
  expect(new Set(asked).size).toBe(asked.length);
  asked = [];
  const next = speedsWith().speeds;
  next.measure(model);
  await next.ended();
  expect(asked).toEqual([]);
  next.measure({ ...model, bytes: { image: 1, text: 1 } });
  await next.ended();
  expect(asked).toContain('images');
});

test('nothing is measured while a load runs, nor kept when one has begun meanwhile', async () => {
  for (const busy of [[true], [false, true]]) {
    const { speeds } = speedsWith({ isBusy: async () => busy.shift() ?? true });
    speeds.measure(model);
    await speeds.ended();
    expect(await measured()).toBeUndefined();
  }
  const { speeds } = speedsWith();
  speeds.measure(model);
  speeds.close();
  await speeds.ended();
  expect(await measured()).toBeUndefined();
});

test('an error is reported and the next request measures again; an unreadable file is replaced', async () => {
  await writeFile(join(dataDir, 'model-speeds.json'), '{"a": {"b": 1}}');
  let fails = true;
  const { speeds, errors } = speedsWith({
    imagesPerSecond: async () => {
      if (fails) throw new Error('no memory');
      return 1;
    },
  });
  speeds.measure(model);
  await speeds.ended();
  expect(errors).toMatchObject([{ message: 'no memory' }]);
  fails = false;
  speeds.measure(model);
  await speeds.ended();
  expect(await measured()).toMatchObject({ imagesPerSecond: 1 });
});

test('the batches of the image tower fit the machine', async () => {
  for (const [pictureMs, most] of [
    [1, 8],
    [600, 1],
  ] as const) {
    const batches: number[] = [];
    jest.useFakeTimers();
    const encoder = {
      model: info,
      encodeImages: async (images) => {
        batches.push(images.length);
        jest.advanceTimersByTime(images.length * pictureMs);
        return [];
      },
    } satisfies ImageEncoder;
    expect(await measureImages(encoder, 8)).toBeCloseTo(1_000 / pictureMs, 3);
    jest.useRealTimers();
    expect(batches).toEqual([1, 1, most, most, most]);
  }
});
