import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ModelInfo, TextEncoder } from '@wentu/domain';
import { calibrate, separate, storedCalibration } from './calibration';
import { SAMPLE_CAPTIONS } from './sample-captions';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-calibration-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('lies between the matching pairs and the best other pictures', () => {
  const floor = separate([
    { own: 0.6, others: [0.2, 0.1] },
    { own: 0.5, others: [0.1, 0.3] },
    { own: 0.7, others: [0.2, 0.1] },
  ]);
  expect(floor).toBeGreaterThan(0.3);
  expect(floor).toBeLessThan(0.5);
});

test('prefers a false match to a missed one', () => {
  const floor = separate([
    { own: 0.6, others: [0.45, 0] },
    { own: 0.4, others: [0.45, 0] },
    { own: 0.6, others: [0.1, 0.2] },
  ]);
  expect(floor).toBeLessThan(0.4);
});

test('is measured once for a model, and again when the stored value is unreadable', async () => {
  const samples = resolve(__dirname, '../../../samples');
  expect(existsSync(samples)).toBe(true);
  let encoded = 0;
  const encoder: TextEncoder = {
    model: { space: 's', preprocessing: 'p' } as ModelInfo,
    encodeTexts: async (texts) => texts.map((_, i) => Float32Array.from(texts, (_text, j) => (i === j ? 1 : 0))),
  };
  const tools = {
    samples,
    dataDir,
    shipped: join(dataDir, 'shipped.json'),
    encoder,
    encodePicture: async () => {
      const at = encoded++ % 120;
      return Float32Array.from({ length: 120 }, (_, j) => (j === at ? 1 : 0));
    },
  };
  const first = await calibrate(tools);
  expect(first?.floor).toBeCloseTo(0.5);
  // Each caption matches its own picture alone, so the excess is the same for all sizes.
  for (const [, excess] of first?.scale ?? []) expect(excess).toBeCloseTo(0.99, 1);
  expect(await calibrate(tools)).toEqual(first);
  expect(encoded).toBe(120);
  const file = join(dataDir, 'calibrations.json');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ 's p': first });
  expect(await storedCalibration(tools)).toEqual(first);
  await writeFile(file, '{"s p": "broken');
  expect(await storedCalibration(tools)).toBeNull();
  expect(await calibrate(tools)).toEqual(first);
  expect(encoded).toBe(240);
  expect(await calibrate({ ...tools, samples: join(dataDir, 'none') })).toBeNull();
  await rm(file);
  await writeFile(tools.shipped, JSON.stringify({ 's p': { ...first, floor: 0.25 } }));
  expect(await calibrate(tools)).toMatchObject({ floor: 0.25 });
  expect(encoded).toBe(240);
});

test('every shipped picture has a caption', async () => {
  const samples = resolve(__dirname, '../../../samples');
  const pictures = (await readdir(samples, { recursive: true })).filter((path) => /\.(png|jpg)$/.test(path));
  expect(pictures.map((path) => path.replaceAll('\\', '/')).sort()).toEqual([...SAMPLE_CAPTIONS.keys()].sort());
  for (const caption of SAMPLE_CAPTIONS.values()) expect(caption).toMatch(/^[\u4e00-\u9fffT]+$/);
});
