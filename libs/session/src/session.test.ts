import { Readable } from 'node:stream';
import { MAX_FOLDERS, type Collection, type ImageRow, type LoadJob, type ModelInstall } from '@wentu/domain';
import type { LoadService } from '@wentu/search';
import { CollectionCases, type CollectionPorts } from './collection-cases';
import { ImageCases, type ImagePorts } from './image-cases';
import { LoadCases, type LoadPorts } from './load-cases';
import { ModelCases, type ModelPorts } from './model-cases';
import { EVERYBODY, RIGHTS, type Principal, type Right } from './rights';
import { SearchCases, type SearchPorts } from './search-cases';
import { ServerCases, type ServerFacts } from './server-cases';
import { sessionFor } from './session';
import { UploadCases, type UploadPort } from './upload-cases';
import type { UseCases } from './use-cases';

const DECOMPOSED = 'cafe\u0301';
const COMPOSED = 'caf\u00e9';

/** Calls that reached a port, as `method(arguments)`. */
let calls: string[];
beforeEach(() => {
  calls = [];
});
const note = (method: string, ...args: unknown[]): void => void calls.push(`${method}(${args.join(', ')})`);

const activeSpace = { id: 4, model: 'm', space: 's', dimension: 2 };
const collection = { id: 1, name: COMPOSED, activeSpace } as Collection;
const image = { id: 7, imageId: COMPOSED, collectionId: 1, state: 'READY' } as ImageRow;
const job = { id: 3, status: 'SUCCEEDED' } as LoadJob;

const stored = {
  list: async () => (note('listCollections'), []),
  find: async (name) => (note('findCollection', name), name === COMPOSED ? collection : null),
  findById: async (id) => (note('findById', id), collection),
} satisfies CollectionPorts['collections'];
const rows = {
  find: async (id, imageId) => (note('findImage', id, imageId), image),
  get: async (ids) => (note('getImages', ids), []),
  page: async (...args) => (note('pageImages', ...args), []),
} satisfies ImagePorts['images'];
const previews = { readPreview: async (id) => (note('readPreview', id), null) } satisfies ImagePorts['previews'];
const queue = {
  find: async (id) => (note('findJob', id), job),
  list: async (filter) => (note('listJobs', JSON.stringify(filter)), []),
  listFailures: async (...args) => (note('listFailures', ...args), []),
} satisfies LoadPorts['queue'];
const originals = {
  read: async () => (note('read'), null),
  open: async () => (note('open'), null),
  isThere: async () => (note('isThere'), null),
} satisfies ImagePorts['originals'];
const page = { collection: '', hits: [], total: 0, hasPreviousPage: false, hasNextPage: false };
const understanding = { understood: true, unknownWords: [], usedText: '', ignoredText: '' };
const searcher = {
  search: async (...args) => (note('search', ...args.slice(0, 3)), []),
  rankTexts: async (...args) => (note('rankTexts', ...args.slice(0, 3)), []),
  page: async (target, name) => (note('page', JSON.stringify(target), name), page),
  isSearchable: async ({ activeSpace }) => (note('isSearchable', activeSpace.space), true),
  explainText: async (...args) => (note('explainText', ...args), understanding),
} satisfies SearchPorts['searcher'];
const loads = {
  start: async (name, directory) => (note('start', name, directory), job),
  cancel: async (id) => (note('cancel', id), job),
  checkTarget: async (name) => note('checkTarget', name),
  createCollection: async (name) => (note('createCollection', name), collection),
  renameCollection: async (...names) => (note('renameCollection', ...names), collection),
  drop: async (name) => (note('drop', name), true),
  deleteImages: async (name, ids) => (note('deleteImages', name, ...ids), 1),
  resolveMissing: async (...args) => (note('resolveMissing', ...args), 1),
  repair: async (...names) => (note('repair', ...names), []),
} satisfies Partial<LoadService>;
const folders = {
  resolve: async (directory) => (note('resolve', directory), '/real'),
  resolveGone: async (directory) => (note('resolveGone', directory), '/gone'),
  list: async (path) => (
    note('list', path),
    { path, parent: null, folders: [], pictureCount: MAX_FOLDERS, truncated: false }
  ),
  count: async (path) => (note('count', path), { count: 0, isComplete: true }),
} satisfies LoadPorts['folders'];
const uploads = {
  create: async () => (note('create'), 'id'),
  receive: async (...args) => note('receive', ...args.slice(0, 2)),
  handOver: async (id, start) => (note('handOver', id), await start('/upload')),
  discard: async (id) => (note('discard', id), true),
  fileLimit: async () => (note('fileLimit'), { maxBytes: 1, setting: 'S' }),
} satisfies UploadPort;

const listed = { name: 'm', installed: true, shipped: false, inUse: true, space: 's', dimension: 2, sizeBytes: 1 };
const install: ModelInstall = {
  ...{ id: 'i', source: 'hf:o/m', name: 'm', state: 'QUEUED', downloadedBytes: 0 },
  ...{ totalBytes: null, bytesPerSecond: null, waitingFor: null, error: null },
};
let installs = [install];
const modelPorts = {
  listModels: async () => (
    note('listModels'),
    [{ ...listed, license: null, origin: null, recall: null, recallSource: null, install: null, problem: null }]
  ),
  installer: {
    list: async () => (note('installs'), installs),
    start: async (...args) => (note('startInstall', ...args), install),
    pause: async (id) => (note('pause', id), install),
    resume: async (id) => (note('resume', id), install),
    cancel: async (id) => (note('cancelInstall', id), install),
  },
} satisfies Omit<ModelPorts, 'collections'>;

const useCases: UseCases = {
  models: new ModelCases({ ...modelPorts, collections: { list: async () => (note('listCollections'), [collection]) } }),
  searches: new SearchCases({
    ...{ collections: stored, searcher },
    encodePicture: async () => (note('encodePicture'), Float32Array.of(1)),
    floors: { of: async ({ space }) => (note('floor', space), 0.5) },
    limits: { maxTopK: 100 },
  }),
  images: new ImageCases({ collections: stored, images: rows, previews, originals }),
  collections: new CollectionCases({ collections: stored, loads, folders, onRepaired: () => note('onRepaired') }),
  loads: new LoadCases({ queue, loads, folders, storeProblem: async () => (note('storeProblem'), null) }),
  uploads: new UploadCases({ uploads, loads }),
  server: new ServerCases(() => (note('facts'), {} as ServerFacts)),
};
const { searches, images, collections, loads: loading, uploads: sending } = sessionFor(EVERYBODY, useCases);
const refused = { code: 'INVALID_INPUT' };

describe('rights', () => {
  const all = Object.entries(RIGHTS).flatMap(([group, cases]) =>
    Object.entries(cases as Record<string, Right>).map(([name, right]) => [group, name, right] as const),
  );
  const call = (principal: Principal, group: string, name: string): unknown => {
    const session: Record<string, unknown> = { ...sessionFor(principal, useCases) };
    return (session[group] as Record<string, (...args: unknown[]) => unknown>)[name]?.();
  };

  test.each(all)('%s.%s needs the right %s, and calls no port without it', (group, name, right) => {
    const others = new Set([...EVERYBODY.rights].filter((each) => each !== right));
    expect(() => call({ name: null, rights: others }, group, name)).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED', message: expect.stringContaining(right) as string }) as Error,
    );
    expect(() => call({ name: 'mia', rights: others }, group, name)).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', message: expect.stringContaining('mia') as string }) as Error,
    );
    expect(calls).toEqual([]);
  });

  test('one right is enough for its use cases', async () => {
    const reading = sessionFor({ name: 'mia', rights: new Set<Right>(['READ_IMAGES']) }, useCases);
    expect(await reading.collections.find(COMPOSED)).toBe(collection);
    expect(() => reading.collections.drop(COMPOSED)).toThrow('mia lacks the right MANAGE_COLLECTIONS');
  });

  test('members that are not use cases cannot be called', () => {
    // These members are private in TypeScript, but exist at run time.
    expect(Reflect.get(searches, 'nameOf')).toBeUndefined();
    expect(Reflect.get(searches, 'ports')).toBeUndefined();
  });
});

test('names of collections and ids of images reach the ports in NFC', async () => {
  await searches.nearest('狗', DECOMPOSED, 1);
  await searches.page({ imageId: DECOMPOSED }, DECOMPOSED, { first: 1 });
  await searches.rankTexts(['狗'], DECOMPOSED, DECOMPOSED);
  await searches.explainText('狗', DECOMPOSED);
  await images.find(DECOMPOSED, DECOMPOSED);
  await collections.find(DECOMPOSED);
  await collections.create(DECOMPOSED);
  await collections.rename(DECOMPOSED, DECOMPOSED);
  await collections.drop(DECOMPOSED);
  await collections.deleteImages(DECOMPOSED, [DECOMPOSED]);
  await collections.resolveMissing(DECOMPOSED, '/d', 'KEEP');
  await collections.repair(DECOMPOSED);
  await loading.start(DECOMPOSED, '/d', {});
  await loading.list(DECOMPOSED, 1);
  await sending.create(DECOMPOSED);
  await sending.load('id', DECOMPOSED);
  expect(calls.filter((each) => each.includes(COMPOSED))).toHaveLength(17);
  expect(calls.filter((each) => each.includes(DECOMPOSED))).toEqual([]);
  // Paths of the server are bytes and are not normalised.
  await loading.start('c', `/${DECOMPOSED}`, {});
  expect(calls).toContain(`resolve(/${DECOMPOSED})`);
});

test('numbers out of their range are refused before a port is called', async () => {
  for (const first of [0, -1, 1.5, 1_001, Number.NaN]) {
    await expect(searches.page({ text: '狗' }, COMPOSED, { first })).rejects.toMatchObject(refused);
  }
  for (const topK of [0, -1, 1.5, 101, 1e9])
    await expect(searches.nearest('狗', COMPOSED, topK)).rejects.toMatchObject(refused);
  for (const first of [-1, 1.5, 1_001]) {
    await expect(images.ofCollection(1, null, first)).rejects.toMatchObject(refused);
    await expect(loading.list(null, first)).rejects.toMatchObject(refused);
    await expect(loading.failures(job, first, 0)).rejects.toMatchObject(refused);
  }
  await expect(loading.failures(job, 1, -1)).rejects.toMatchObject(refused);
  await expect(images.ofCollection(1, 'x', 1)).rejects.toMatchObject(refused);
  await expect(collections.deleteImages(COMPOSED, Array<string>(10_001).fill('a'))).rejects.toMatchObject(refused);
  expect(calls).toEqual([]);
});

test('an invalid id finds nothing; a change of it is NOT_FOUND and names the id', async () => {
  for (const id of ['', '0', '-1', '1.5', 'x', '99999999999999999', '1 OR 1=1', 'Upload:1']) {
    expect(await collections.byId(id)).toBeNull();
    expect(await loading.find(id)).toBeNull();
    expect(await images.byId(id)).toBeNull();
    await expect(loading.cancel(id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(JSON.stringify(id)) as string,
    });
    expect(() => loading.watch(id)).toThrow('no load job');
  }
  expect(calls).toEqual([]);
  expect(await images.find('nothing', 'a')).toBeNull();
});

test('what depends on the model is asked for the space of the collection', async () => {
  expect(await searches.similarityFloor(collection)).toBe(0.5);
  expect(await searches.isSearchable(collection)).toBe(true);
  expect(calls).toEqual(['floor(s)', 'isSearchable(s)']);
});

test('a repair of all collections calls onRepaired', async () => {
  await collections.repair(null);
  expect(calls).toEqual(['repair()', 'onRepaired()']);
});

test('a file of an upload is passed on as a stream', async () => {
  await sending.receive('id', 'a/b.jpg', Readable.from([]), 5);
  expect(calls).toEqual(['receive(id, a/b.jpg)']);
});

test('a model is listed with the collections that are searched with it', async () => {
  expect(await sessionFor(EVERYBODY, useCases).models.list()).toMatchObject([{ name: 'm', collections: [COMPOSED] }]);
});

test('a watch yields each installation at once, then only those that have changed, until it is aborted', async () => {
  const leaving = new AbortController();
  const states: string[] = [];
  for await (const { id, state } of sessionFor(EVERYBODY, useCases).models.watchInstalls(leaving.signal)) {
    states.push(`${id} ${state}`);
    if (states.length === 1) installs = [install, { ...install, id: 'j' }];
    else if (states.length === 2)
      installs = [
        { ...install, state: 'SUCCEEDED' },
        { ...install, id: 'j' },
      ];
    else leaving.abort();
  }
  expect(states).toEqual(['i QUEUED', 'j QUEUED', 'i SUCCEEDED']);
});
