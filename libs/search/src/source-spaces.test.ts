import type { Collection, Dataset, NewSpace } from '@wentu/domain';
import type { ImageModel, ImageModels, UsedImageModel } from './image-models';
import { SourceSpaces } from './source-spaces';
import { fake } from './testing/fake';

const spaceOf = (model: string, space = `${model}-space`): NewSpace => ({ model, space, dimension: 2 });
/** A model in use. The name of its encoder identifies it. */
const used = (model: string): UsedImageModel =>
  ({
    preparer: fake<UsedImageModel['preparer']>({}),
    encoder: fake<UsedImageModel['encoder']>({ model: infoOf(model) }),
    close: async () => undefined,
  }) satisfies UsedImageModel;

function infoOf(name: string): ImageModel['info'] {
  const rest = { imageSize: 1, contextLength: 52, logitScale: 4.6, preprocessing: 'p' };
  return { name, space: `${name}-space`, dimension: 2, ...rest };
}

/** The model of the server is `own`, and `other` is installed too. */
const [own, other] = ['own', 'other'].map((name): ImageModel => ({ info: infoOf(name), use: () => used(name) }));
const all = [own!, other!];
const models = {
  own: own!,
  find: async (name) => all.find(({ info }) => info.name === name) ?? null,
  findFor: async ({ space }) => all.find(({ info }) => info.space === space) ?? null,
} satisfies ImageModels;
const spaces = new SourceSpaces({ models });

const collectionOf = (space: NewSpace): Collection => ({
  ...{ id: 1, name: 'c', imageCount: 0, sizeBytes: 0, createdAt: new Date(0) },
  activeSpace: { id: 4, ...space },
});
const [ofOther, ofNobody] = [collectionOf(spaceOf('renamed', 'other-space')), collectionOf(spaceOf('gone'))];
const refused = { code: 'INDEX_MISMATCH', message: expect.stringMatching(/no installed model makes those/) as string };

const folder: Dataset = {
  kind: 'folder',
  directory: '/d',
  count: async () => 0,
  entries: async function* () {
    // This test reads no pictures.
  },
  close: async () => undefined,
};
const features = (more: { model?: string; space?: string } = {}): Dataset => ({
  ...folder,
  kind: 'features',
  features: { dimension: 2, ...more },
});

test('pictures get the space of their collection, or the space of the server for a new collection', async () => {
  expect(await spaces.of(folder, {}, null)).toEqual(spaceOf('own'));
  expect(await spaces.of(folder, {}, ofOther)).toMatchObject({ space: 'other-space' });
  await expect(spaces.of(folder, {}, ofNobody)).rejects.toMatchObject(refused);
  await expect(spaces.of(folder, { featuresModel: 'own' }, null)).rejects.toThrow('leave it out');
});

test('pictures are encoded by a model of that space, and given features need none', async () => {
  const encoderOf = async (source: Dataset, space: NewSpace, target: Collection | null): Promise<string> =>
    (await spaces.encoderOf(source, space, target)).encoder.model.name;
  expect(await encoderOf(folder, spaceOf('own'), null)).toBe('own');
  expect(await encoderOf(folder, ofOther.activeSpace, ofOther)).toBe('other');
  await expect(encoderOf(folder, ofNobody.activeSpace, ofNobody)).rejects.toMatchObject(refused);
  expect(await encoderOf(features(), ofNobody.activeSpace, ofNobody)).toBe('own');
});

test.each([
  ['that say it', features({ model: 'other' }), {}, null, spaceOf('other')],
  ['of a model that the load names', features(), { featuresModel: 'other' }, null, spaceOf('other')],
  ['of a model that is not installed', features(), { featuresModel: 'gone' }, null, spaceOf('gone', 'gone')],
  ['with a space', features({ model: 'gone', space: 's' }), {}, null, spaceOf('gone', 's')],
  ['without a name, in a new collection', features(), {}, null, spaceOf('own')],
  ['without a name, in a collection of another model', features(), {}, ofOther, spaceOf('other')],
  ['without a name, in a collection of no installed model', features(), {}, ofNobody, spaceOf('own')],
])('features %s have the space of that model', async (_, source, options, target, space) => {
  expect(await spaces.of(source, options, target)).toEqual(space);
});
