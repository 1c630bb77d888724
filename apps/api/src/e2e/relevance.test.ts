import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TestServer } from './harness';

interface Hit {
  readonly isRelevant: boolean | null;
  readonly image: { readonly imageId: string };
}

interface Calibration {
  readonly floor: number;
  readonly scale: readonly (readonly number[])[];
}

const ROOT = resolve(__dirname, '../../../..');
const SHIPPED = join(ROOT, 'models/calibrations.json');
const calibrationsIn = async (file: string): Promise<Record<string, Calibration>> =>
  JSON.parse(await readFile(file, 'utf8')) as Record<string, Calibration>;

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ WENTU_SAMPLES: 'on' });
  await server.untilMeasured();
});
afterAll(() => server?.close());

async function search(query: string, rest = ''): Promise<Hit[]> {
  const { search } = await server.data<{ search: { edges: { node: Hit }[] } }>(
    `{ search(query: ${query}, collection: "samples", first: 337${rest}) { edges { node { isRelevant image { imageId } } } } }`,
  );
  return search.edges.map(({ node }) => node);
}

test('the picture of a thing is relevant, most others are not, and no relevant hit comes after another one', async () => {
  const things = {
    大象: 'elephant',
    披萨: 'pizza',
    自行车: 'bicycle',
    向日葵: 'sunflower',
    吉他: 'guitar',
    雪人: 'snowman',
  };
  for (const [text, name] of Object.entries(things)) {
    const hits = await search(`{ text: "${text}" }`);
    expect(hits[0]).toMatchObject({ isRelevant: true, image: { imageId: expect.stringContaining(name) as string } });
    const relevant = hits.filter(({ isRelevant }) => isRelevant === true);
    expect(relevant.length).toBeLessThan(20);
    expect(hits.map(({ isRelevant }) => isRelevant)).toEqual(hits.map((_, i) => i < relevant.length));
  }
});

test('nothing is relevant to what no picture shows', async () => {
  for (const text of ['微积分公式', '洗衣机', '窗帘', '空调'])
    expect((await search(`{ text: "${text}" }`)).map((hit) => hit.isRelevant)).toEqual(Array(337).fill(false));
});

test('searchImages says the same, and pictures as queries are not judged', async () => {
  const { searchImages } = await server.data<{ searchImages: Hit[] }>(
    '{ searchImages(text: "大象", collection: "samples", topK: 337) { isRelevant image { imageId } } }',
  );
  expect(searchImages).toEqual(await search('{ text: "大象" }'));
  const like = await search('{ imageId: "animals/elephant.png" }');
  expect(new Set(like.map((hit) => hit.isRelevant))).toEqual(new Set([null]));
});

// WENTU_UPDATE_CALIBRATION=1 writes the file, after a change of the model or of the sample pictures.
test('the calibration that comes with the model is what a measurement gives', async () => {
  const base = await mkdtemp(join(tmpdir(), 'wentu-calibration-'));
  await cp(join(ROOT, 'models/wentu-mini'), join(base, 'copy'), { recursive: true });
  const manifest = join(base, 'copy/wentu-model.json');
  const space = (JSON.parse(await readFile(manifest, 'utf8')) as { space: string }).space;
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replace(`"${space}"`, '"copy"'));
  const other = await TestServer.start({ WENTU_MODEL: join(base, 'copy') });
  try {
    await other.untilMeasured();
    const measured = Object.entries(await calibrationsIn(join(other.dataDir, 'calibrations.json')));
    expect(measured).toHaveLength(1);
    const [[key, calibration]] = measured as [[string, Calibration]];
    const renamed = { [key.replace('copy', space)]: calibration };
    if (process.env['WENTU_UPDATE_CALIBRATION']) await writeFile(SHIPPED, JSON.stringify(renamed) + '\n');
    const shipped = await calibrationsIn(SHIPPED);
    expect(Object.keys(shipped)).toEqual(Object.keys(renamed));
    const expected = Object.values(shipped)[0] as Calibration;
    expect(calibration.floor).toBeCloseTo(expected.floor, 3);
    calibration.scale.forEach((step, i) =>
      step.forEach((value, j) => expect(value).toBeCloseTo(expected.scale[i]?.[j] as number, 3)),
    );
  } finally {
    await other.close();
    await rm(base, { recursive: true });
  }
});
