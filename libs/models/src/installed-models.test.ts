import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { NewSpace } from '@wentu/domain';
import { InstalledModels } from './installed-models';

const TINY = resolve(__dirname, '../../encoder/fixtures/tiny-model');
const MINI = resolve(__dirname, '../../../models/wentu-mini');
const AS_IS = { upright: true, background: 'white' } as const;

let dataDir: string;
let models: InstalledModels;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-installed-'));
  models = await InstalledModels.open(MINI, dataDir, AS_IS);
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** Installs atomically, as a real installation does. */
async function install(name: string, change: object = {}): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'wentu-made-'));
  await cp(TINY, made, { recursive: true });
  const description = join(made, 'wentu-model.json');
  const manifest = JSON.parse(await readFile(description, 'utf8')) as object;
  await writeFile(description, JSON.stringify({ ...manifest, name, ...change }));
  await mkdir(join(dataDir, 'models'), { recursive: true });
  const folder = join(dataDir, 'models', name);
  await rename(made, folder);
  return folder;
}

const tiny = (model = 'tiny', space = 'tiny-1'): NewSpace => ({ model, space, dimension: 3 });
const nameFor = async (space: NewSpace): Promise<string | undefined> => (await models.findFor(space))?.info.name;

test('finds the own model by its name, and by its space even if the space has another model name', async () => {
  const { space, dimension } = models.own.info;
  expect(models.own.folder).toBe(MINI);
  expect(await models.find('wentu-mini')).toBe(models.own);
  expect(await models.findFor({ model: 'renamed', space, dimension })).toBe(models.own);
  expect(await models.findFor({ model: 'wentu-mini', space, dimension: 3 })).toBeNull();
});

test('finds an added model at once, and a removed model no longer', async () => {
  expect(await models.find('tiny')).toBeNull();
  expect(await nameFor(tiny())).toBeUndefined();
  const folder = await install('tiny');
  expect(await nameFor(tiny())).toBe('tiny');
  expect(await models.find('tiny')).toMatchObject({ folder, info: { dimension: 3, imageSize: 4 } });
  expect(await models.find('tiny')).toBe(await models.findFor(tiny()));
  await rm(folder, { recursive: true });
  expect(await models.find('tiny')).toBeNull();
  expect(await nameFor(tiny())).toBeUndefined();
});

test('a model that replaces another one of the same name has another key', async () => {
  const folder = await install('tiny');
  const before = await models.find('tiny');
  await rm(folder, { recursive: true });
  await install('tiny', { space: 'other' });
  expect((await models.find('tiny'))?.key).not.toBe(before?.key);
  expect([await nameFor(tiny()), await nameFor(tiny('tiny', 'other'))]).toEqual([undefined, 'tiny']);
});

test('of several models of a space, takes the one that the space names, else the first by name', async () => {
  for (const name of ['b', 'c', 'a']) await install(name);
  expect(await nameFor(tiny('c'))).toBe('c');
  expect(await nameFor(tiny('gone'))).toBe('a');
});

test('skips a broken model of a space, and reports it when it is requested by name', async () => {
  const broken = await install('a');
  await rm(join(broken, 'image.onnx'));
  expect(await nameFor(tiny('a'))).toBeUndefined();
  await install('b');
  expect(await nameFor(tiny('a'))).toBe('b');
  await expect(models.find('a')).rejects.toThrow(/has no file image\.onnx; install the model again/);
  await cp(join(TINY, 'image.onnx'), join(broken, 'image.onnx'));
  expect(await nameFor(tiny('a'))).toBe('a');
});

test.each(['../tiny', '.', '', 'a/b'])('%j finds nothing outside the folders of models', async (name) => {
  expect(await models.find(name)).toBeNull();
  expect(await nameFor(tiny(name))).toBeUndefined();
});

test('the memory of a tower is the size of its graph; weights in other files count for both towers', async () => {
  const { bytes } = (await InstalledModels.open(await install('tiny'), dataDir, AS_IS)).own;
  const manifest = JSON.parse(await readFile(join(TINY, 'wentu-model.json'), 'utf8')) as {
    files: Record<string, { sha256: string; sizeBytes: number }>;
  };
  const { 'image.onnx': image, 'text.onnx': text } = manifest.files;
  expect(bytes).toEqual({ image: image?.sizeBytes, text: text?.sizeBytes });
  const files = { ...manifest.files, weights: { sha256: '0'.repeat(64), sizeBytes: 5 } };
  const folder = await install('large', { files });
  await writeFile(join(folder, 'weights'), '12345');
  expect((await models.find('large'))?.bytes).toEqual({ image: bytes.image + 5, text: bytes.text + 5 });
});
