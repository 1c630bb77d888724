import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { calibrationPictures } from './calibration';
import { NearSimilarities, type NearSimilaritiesTools } from './near-similarities';

const SAMPLES = resolve(__dirname, '../../../samples');
const space = { model: 'm', space: 's', dimension: 3 };
let dataDir: string;
let encoded: number;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-near-'));
  encoded = 0;
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

function near(tools: Partial<NearSimilaritiesTools> = {}): NearSimilarities {
  const encodePicture = async (): Promise<Float32Array> => {
    encoded++;
    return Float32Array.of(1);
  };
  return new NearSimilarities({
    ...{ samples: SAMPLES, dataDir, shipped: join(dataDir, 'shipped.json'), encodePicture },
    modelOf: async () => ({ space: 's', preprocessing: 'p' }),
    ...tools,
  });
}

test('is measured once for a model, and is below 1', async () => {
  const wide = async (bytes: Uint8Array): Promise<Float32Array> => {
    encoded++;
    // The length of a file decides its direction, so no two different pictures have the same one.
    return Float32Array.of(Math.cos(bytes.length), Math.sin(bytes.length));
  };
  const value = await near({ encodePicture: wide }).of(space);
  expect(value).toBe(0.999);
  const pictures = await calibrationPictures(SAMPLES);
  expect(encoded).toBe(pictures.length);
  expect(await near({ encodePicture: wide }).of(space)).toBe(0.999);
  expect(encoded).toBe(pictures.length);
});

test.each([
  [0.6, 0.8, 0.9],
  [0.96, 0.28, 0.98],
])('is in the middle between the two most similar pictures, %d, and equal ones, and at least 0.9', async (...values) => {
  const [cosine, rest, expected] = values;
  let at = 0;
  const axes = async (): Promise<Float32Array> => {
    const vector = new Float32Array(200);
    vector[at++] = 1;
    // Only the last two pictures are alike.
    if (at === (await calibrationPictures(SAMPLES)).length) vector.fill(0).set([cosine, rest], at - 2);
    return vector;
  };
  expect(await near({ encodePicture: axes }).of(space)).toBeCloseTo(expected, 6);
});

test('a stored value is used, that of the data folder before the shipped one; a damaged file is ignored', async () => {
  await writeFile(join(dataDir, 'shipped.json'), '{"s p": 0.9}');
  expect(await near().of(space)).toBe(0.9);
  await writeFile(join(dataDir, 'near-similarities.json'), '{"s p": 0.8}');
  expect(await near().of(space)).toBe(0.8);
  await writeFile(join(dataDir, 'near-similarities.json'), '{"s p"');
  expect(await near().of(space)).toBe(0.9);
  expect(encoded).toBe(0);
});

test('without the model or the shipped pictures a strict value is used, and not stored', async () => {
  expect(await near({ modelOf: async () => null }).of(space)).toBe(0.97);
  expect(await near({ samples: join(dataDir, 'none') }).of(space)).toBe(0.97);
  await expect(readFile(join(dataDir, 'near-similarities.json'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('an abort ends the measurement', async () => {
  const stopping = new AbortController();
  const encodePicture = async (): Promise<Float32Array> => {
    stopping.abort(new Error('stopped'));
    return Float32Array.of(1);
  };
  await expect(near({ encodePicture }).of(space, stopping.signal)).rejects.toThrow('stopped');
});
