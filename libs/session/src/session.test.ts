import { Readable } from 'node:stream';
import {
  ForbiddenError,
  ItemError,
  MAX_FOLDERS,
  NotFoundError,
  UnavailableError,
  type Collection,
  type ImageFilter,
  type ImageRow,
  type ListedModel,
  type LoadFailure,
  type LoadJob,
  type Keys,
  type ModelInstall,
  type NewAuditEntry,
  type SourceFolder,
  type StoredKey,
} from '@wentu/domain';
import type { LoadService, SearchPage } from '@wentu/search';
import { AttributeCases } from './attribute-cases';
import { CollectionCases, type CollectionPorts } from './collection-cases';
import { DuplicateCases, type DuplicatePorts } from './duplicate-cases';
import { ImageCases, type ImagePorts } from './image-cases';
import { LoadCases, type LoadPorts } from './load-cases';
import { ModelCases, type ModelPorts } from './model-cases';
import { PutCases, type PutItem, type PutPorts } from './put-cases';
import { AuditCases } from './audit-cases';
import { AUDITS } from './audits';
import { KeyCases } from './key-cases';
import { EVERYBODY, RIGHTS, ROLE_RIGHTS, type Principal, type Right } from './rights';
import { SearchCases, type SearchPorts } from './search-cases';
import { ServerCases, type ServerFacts } from './server-cases';
import { sessionFor as sessionWith, type Session } from './session';
import { SourceCases, type SourcePorts } from './source-cases';
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
const collection = { id: 1, name: COMPOSED, activeSpace, imageCount: 8 } as Collection;
const spaces = [
  { id: 3, model: 'old', space: 'o', dimension: 3, imageCount: 9 },
  { ...activeSpace, imageCount: 7 },
];
const image = { id: 7, imageId: COMPOSED, collectionId: 1, state: 'READY' } as ImageRow;
const job = { id: 3, kind: 'LOAD', status: 'SUCCEEDED', collection: COMPOSED, options: {} } as LoadJob;

const stored = {
  list: async () => (note('listCollections'), []),
  find: async (name) => (note('findCollection', name), name === COMPOSED ? collection : null),
  findById: async (id) => (note('findById', id), collection),
  listSpaces: async (id) => (note('listSpaces', id), spaces),
} satisfies CollectionPorts['collections'];
const rows = {
  find: async (id, imageId) => (note('findImage', id, imageId), image),
  get: async (ids) => (note('getImages', ids), []),
  findAll: async (id, ids) => (note('findAll', id, ...ids), [image]),
  list: async (...args) => (note('listImages', ...args), []),
  placeAt: async (...args) => (note('placeAt', ...args), null),
  countBefore: async (...args) => (note('countBefore', ...args), 0),
  pageMatchingIds: async (...args) => (note('pageMatchingIds', ...args), []),
} satisfies ImagePorts['images'] & PutPorts['images'];
const facets = {
  count: async ({ name }, query) => (note('facets', name, JSON.stringify(query)), []),
  countMatching: async ({ id }, filter) => (note('countMatching', id, JSON.stringify(filter)), 1),
} satisfies ImagePorts['facets'];
const previews = { readPreview: async (id) => (note('readPreview', id), null) } satisfies ImagePorts['previews'];
const queue = {
  find: async (id) => (note('findJob', id), job),
  list: async (filter) => (note('listJobs', JSON.stringify(filter)), []),
  listFailures: async (...args) => (note('listFailures', ...args), []),
} satisfies LoadPorts['queue'];
let sources: SourceFolder[] = [];
let newest: LoadJob[] = [];
let unfinished: LoadJob[] = [];
let afterWatch: () => void = () => undefined;
let retried: LoadJob | null = null;
let failed: LoadFailure[] = [];
const sourceRows = {
  listSources: async (id) => (note('listSources', id), sources),
  findSource: async (id) => (note('findSource', id), sources.find((source) => source.id === id) ?? null),
  countSource: async (id) => (note('countSource', id), 2),
  pageSource: async (id) => (note('pageSource', id), [{ id: 7, original: { kind: 'copied' }, isKept: false }]),
} satisfies SourcePorts['images'];
const newestLoads: SourcePorts['queue']['newestLoads'] = async (id, directories) => (
  note('newestLoads', id, ...directories),
  new Map(newest.map((load) => [load.directory, load]))
);
const originals = {
  read: async () => (note('read'), null),
  open: async () => (note('open'), null),
  isThere: async () => (note('isThere'), null),
} satisfies ImagePorts['originals'];
const page: SearchPage = {
  ...{ collections: [], ranking: 'SIMILARITY', unanswered: [], hits: [], total: 0 },
  ...{ hasPreviousPage: false, hasNextPage: false },
};
const understanding = { understood: true, unknownWords: [], usedText: '', ignoredText: '' };
const reader = {
  countWithoutFacts: async (id) => (note('countWithoutFacts', id), 3),
} satisfies CollectionPorts['images'];
const searcher = {
  search: async (...args) => (note('search', ...args.slice(0, 3)), []),
  rankTexts: async (...args) => (note('rankTexts', ...args.slice(0, 3)), []),
  page: async (target, scope) => (note('page', JSON.stringify(target), JSON.stringify(scope)), page),
  isSearchable: async ({ activeSpace }) => (note('isSearchable', activeSpace.space), true),
  explainText: async (...args) => (note('explainText', ...args), understanding),
} satisfies SearchPorts['searcher'];
const wordSearcher = {
  page: async (text, scope) => (note('words', text, JSON.stringify(scope)), { ...page, ranking: 'NEWEST' }),
} satisfies SearchPorts['words'];
const autoSearcher = {
  page: async (text, scope) => (note('auto', text, JSON.stringify(scope)), { ...page, ranking: 'FUSED' }),
} satisfies SearchPorts['auto'];
const pictures = { exif: async () => (note('exif'), []) } satisfies ImagePorts['pictures'];
const words = { get: async (ids) => (note('getWords', ...ids), new Map()) } satisfies ImagePorts['words'];
const loads = {
  start: async (name, directory, options) => (
    note('start', name, directory, ...Object.entries(options).map(String)),
    job
  ),
  cancel: async (id) => (note('cancel', id), job),
  checkTarget: async (name) => note('checkTarget', name),
  createCollection: async (name) => (note('createCollection', name), collection),
  renameCollection: async (...names) => (note('renameCollection', ...names), collection),
  drop: async (name) => (note('drop', name), true),
  deleteImages: async (name, ids, keepOut) => (note('deleteImages', name, ...ids, keepOut), 1),
  deleteMatching: async (name, filter, ...rest) => (note('deleteMatching', name, JSON.stringify(filter), ...rest), 1),
  allowImages: async (name, ids) => (note('allowImages', name, ...ids), 1),
  changeAttributes: async (name, changes) => {
    note('changeAttributes', name, ...changes.map(({ imageId }) => imageId));
    return changes.map(({ imageId }) => ({ imageId, status: 'DONE', message: null }));
  },
  resolveMissing: async (...args) => (note('resolveMissing', ...args), 1),
  repair: async (...names) => (note('repair', ...names), []),
  reencode: async (name, { model }) => (note('reencode', name, model), job),
  removeSource: async (id, count) => (note('removeSource', id, count), count),
  dropSpace: async (...args) => (note('dropSpace', ...args), collection),
} satisfies Partial<LoadService>;
const keptOut = {
  count: async (id) => (note('keptOutCount', id), 1),
  page: async (...args) => (note('keptOutPage', ...args), []),
} satisfies CollectionPorts['keptOut'];
const folders = {
  resolve: async (directory) => (note('resolve', directory), '/real'),
  resolveGone: async (directory) => (note('resolveGone', directory), '/gone'),
  list: async (path) => (
    note('list', path),
    { path, parent: null, folders: [], pictureCount: MAX_FOLDERS, truncated: false }
  ),
  count: async (path) => (note('count', path), { count: 0, videos: 0, others: 0, sizeBytes: 0, isComplete: true }),
} satisfies LoadPorts['folders'];
const uploads = {
  create: async () => (note('create'), 'id'),
  receive: async (...args) => note('receive', ...args.slice(0, 2)),
  handOver: async (id, start) => (note('handOver', id), await start('/upload')),
  discard: async (id) => (note('discard', id), true),
  fileLimit: async () => (note('fileLimit'), { maxBytes: 1, setting: 'S' }),
} satisfies UploadPort;

const listed: ListedModel = {
  ...{ name: 'm', title: null, languages: [], installed: true, shipped: false, inUse: true, space: 's', dimension: 2 },
  ...{ sizeBytes: 1, memoryBytes: 1, license: null, origin: null, recall: null, recallSource: null, speed: null },
  ...{ install: null, problem: null },
};
const install: ModelInstall = {
  ...{ id: 'i', source: 'hf:o/m', name: 'm', state: 'QUEUED', downloadedBytes: 0 },
  ...{ totalBytes: null, bytesPerSecond: null, waitingFor: null, error: null, detail: null },
};
let installs = [install];
const modelPorts = {
  models: {
    list: async () => (note('listModels'), [listed]),
    recommend: async () => (note('recommend'), null),
    measure: async (name) => note('measure', name),
    isShipped: async ({ space }) => (note('isShipped', space), true),
  },
  towers: {
    stateOf: async ({ space }) => (note('stateOf', space), 'OPEN'),
    openFor: async ({ space }) => (note('openFor', space), 'OPENING'),
  },
  admin: {
    remove: async (name) => note('removeModel', name),
    use: async (name) => note('useModel', name),
  },
  installer: {
    list: async () => (note('installs'), installs),
    start: async (...args) => (note('startInstall', ...args), install),
    pause: async (id) => (note('pause', id), install),
    resume: async (id) => (note('resume', id), install),
    cancel: async (id) => (note('cancelInstall', id), install),
  },
} satisfies Omit<ModelPorts, 'collections'>;

const state = { running: null, failure: null, result: null };
const duplicatePorts = {
  start: async (id) => (note('startDuplicates', id), state),
  cancel: async (id) => (note('cancelDuplicates', id), state),
  state: async (id) => (note('stateOfDuplicates', id), state),
  groups: async (...args) => (note('groups', ...args), { groups: [], total: 0, spareBytes: 0 }),
} satisfies DuplicatePorts['duplicates'];
const embedded = {
  getEmbedded: async (...args) => (note('getEmbedded', ...args), []),
  pageIdsInState: async (...args) => (note('pageIds', ...args), []),
} satisfies DuplicatePorts['images'];

const stored12 = { id: 12, name: 'k', kind: 'KEY', role: 'READ', collectionIds: null, prefix: 'p' } as StoredKey;
const keyPorts = {
  add: async ({ name }) => (note('addKey', name), { ...stored12, name }),
  replaceSecret: async (id) => (note('replaceSecret', id), stored12),
  revoke: async (id) => (note('revokeKey', id), id === 12 ? stored12 : null),
} satisfies Pick<Keys, 'add' | 'replaceSecret' | 'revoke'>;

let resolveSource = async (directory: string): Promise<string> => directory;
const remote = {
  open: async (url) => {
    note('fetch', url);
    if (url.includes('none')) throw new ItemError('FETCH_FAILED', 'answered 404');
    return { content: Readable.from([Buffer.from('y')]), sizeBytes: 1 };
  },
} satisfies PutPorts['remote'];

const useCases: UseCases = {
  models: new ModelCases({
    ...modelPorts,
    collections: { ...stored, list: async () => (note('listCollections'), [collection]) },
  }),
  searches: new SearchCases({
    ...{ collections: stored, searcher, words: wordSearcher, auto: autoSearcher, remote },
    encodePicture: async () => (note('encodePicture'), Float32Array.of(1)),
    calibrations: { floorOf: async ({ space }) => (note('floor', space), 0.5) },
    onSearch: () => note('onSearch'),
    ...{ limits: { maxTopK: 100 }, now: () => new Date(0), timeZone: 'UTC' },
  }),
  attributes: new AttributeCases({ collections: stored, images: rows, loads }),
  images: new ImageCases({
    ...{ collections: stored, images: rows, previews, originals, facets, words, pictures },
    limits: { maxZipImages: 2, maxZipBytes: 100 },
  }),
  collections: new CollectionCases({
    ...{ collections: stored, images: reader, keptOut, loads, folders },
    words: { countUnread: async (id) => (note('countUnread', id), 3) },
    onRepaired: () => note('onRepaired'),
  }),
  duplicates: new DuplicateCases({ collections: stored, images: embedded, duplicates: duplicatePorts }),
  loads: new LoadCases({ queue, loads, folders, storeProblem: async () => (note('storeProblem'), null) }),
  sources: new SourceCases({
    ...{ collections: stored, images: sourceRows, loads },
    queue: {
      ...{ newestLoads, find: async () => retried, listUnfinished: async () => unfinished },
      listFailures: async () => failed,
    },
    folders: { resolve: async (directory) => (note('resolve', directory), await resolveSource(directory)) },
    watches: {
      watch: async (id, options) => {
        note('watch', id, JSON.stringify(options));
        afterWatch();
        const source = sources.find((each) => each.id === id) as SourceFolder;
        return { ...source, watch: options && { options, report: null } };
      },
    },
    isUploadFolder: (directory) => directory.startsWith('/uploads/'),
  }),
  uploads: new UploadCases({ uploads, loads }),
  puts: new PutCases({ uploads, loads, queue, remote, collections: stored, images: rows, untilEnded: async () => job }),
  server: new ServerCases(async () => (note('facts'), {} as ServerFacts)),
  keys: new KeyCases({ collections: stored, reader: { list: async () => (note('listKeys'), []) }, keys: keyPorts }),
  audit: new AuditCases({ audit: { page: async (...args) => (note('auditPage', ...args), []) } }),
};
let auditLines: NewAuditEntry[] = [];
const sessionFor = (principal: Principal, cases: UseCases): Session =>
  sessionWith(principal, cases, {
    ...{ collections: stored, queue },
    images: {
      get: async (ids) => ids.map((id) => ({ ...image, id, collectionId: id === 7 ? 1 : 2 })),
      findSource: sourceRows.findSource,
    },
    audit: { add: async (line) => void auditLines.push(line) },
  });
const session = sessionFor(EVERYBODY, useCases);
const { searches, images, attributes, collections, duplicates, loads: loading, uploads: sending } = session;
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
    expect(() => call({ ...EVERYBODY, name: null, rights: others }, group, name)).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED', message: expect.stringContaining(right) as string }) as Error,
    );
    expect(() => call({ ...EVERYBODY, name: 'mia', rights: others }, group, name)).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', message: expect.stringContaining('mia') as string }) as Error,
    );
    expect(calls).toEqual([]);
  });

  test('one right is enough for its use cases', async () => {
    const reading = sessionFor({ ...EVERYBODY, name: 'mia', rights: new Set<Right>(['READ_IMAGES']) }, useCases);
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
  const folder: ImageFilter = { kind: 'inFolder', attribute: 'imageId', folder: DECOMPOSED };
  await searches.nearest('狗', DECOMPOSED, 1);
  await searches.page({ imageId: DECOMPOSED }, DECOMPOSED, { first: 1 });
  await searches.page({ text: '狗' }, { names: [DECOMPOSED] }, { first: 1 });
  await searches.page({ text: '狗' }, { names: [DECOMPOSED] }, { first: 1, match: 'WORDS' });
  await searches.rankTexts(['狗'], DECOMPOSED, DECOMPOSED);
  await searches.explainText('狗', DECOMPOSED);
  expect(String(await searches.fetchPicture('https://a/b', new AbortController().signal))).toBe('y');
  await images.find(DECOMPOSED, DECOMPOSED);
  await attributes.change(DECOMPOSED, [{ imageId: DECOMPOSED }]);
  await collections.find(DECOMPOSED);
  await collections.create(DECOMPOSED);
  await collections.rename(DECOMPOSED, DECOMPOSED);
  await collections.drop(DECOMPOSED);
  await collections.deleteImages(DECOMPOSED, [DECOMPOSED], true);
  await collections.deleteMatching(DECOMPOSED, folder, 1, false);
  await images.count(collection, folder);
  await images.facets(DECOMPOSED, { fields: ['FOLDER'], filter: folder, folder: DECOMPOSED, limit: 1 });
  await collections.allowImages(DECOMPOSED, [DECOMPOSED]);
  await collections.resolveMissing(DECOMPOSED, '/d', 'KEEP');
  await collections.repair(DECOMPOSED);
  await collections.reencode(DECOMPOSED, { model: 'm', hideUnreadable: false });
  await collections.dropSpace(DECOMPOSED, 'm');
  await duplicates.start(DECOMPOSED);
  await duplicates.cancel(DECOMPOSED);
  await duplicates.page(DECOMPOSED, { first: 1, after: null });
  await loading.start(DECOMPOSED, '/d', {});
  await loading.list(DECOMPOSED, 1);
  await sending.create(DECOMPOSED);
  await sending.load('id', DECOMPOSED);
  expect(calls.filter((each) => each.includes(COMPOSED))).toHaveLength(32);
  expect(calls.filter((each) => each.includes(DECOMPOSED))).toEqual([]);
  // Paths of the server are bytes and are not normalised.
  await loading.start('c', `/${DECOMPOSED}`, {});
  expect(calls).toContain(`resolve(/${DECOMPOSED})`);
});

test('a search for words is one for a text as it is, and no search by its meaning', async () => {
  const options = { first: 1, match: 'WORDS', datesInWords: true } as const;
  expect(await searches.page({ text: '去年 "出口"' }, null, options)).toMatchObject({
    ranking: 'NEWEST',
    understood: null,
  });
  expect(calls).toEqual(['onSearch()', 'words(去年 "出口", null)']);
  await expect(searches.page({ imageId: 'a' }, null, options)).rejects.toMatchObject(refused);
  await expect(images.words(Array.from({ length: 1_001 }, (_, i) => i))).rejects.toMatchObject(refused);
  expect(calls.filter((each) => each !== 'onSearch()')).toHaveLength(1);
});

test('a search for both takes dates out of its text, and is one for the meaning without a text', async () => {
  expect(await searches.page({ text: '出口' }, DECOMPOSED, { first: 1, match: 'AUTO' })).toMatchObject({
    ranking: 'FUSED',
  });
  expect(calls).toEqual(['onSearch()', `auto(出口, "${COMPOSED}")`]);
  calls = [];
  await searches.page({ imageId: 'a' }, null, { first: 1, match: 'AUTO' });
  expect(calls).toEqual(['onSearch()', 'page({"imageId":"a"}, null)']);
});

test('changes of attributes give a result for each image, and one that cannot be stored reaches no port', async () => {
  const { results, collection: name } = await attributes.change(DECOMPOSED, [
    { imageId: DECOMPOSED, addTags: ['x'] },
    { imageId: 'bad', addTags: ['x'.repeat(65)] },
  ]);
  expect(name).toBe(COMPOSED);
  expect(results).toMatchObject([
    { imageId: COMPOSED, status: 'DONE', image },
    { imageId: 'bad', status: 'INVALID', message: expect.stringContaining('image "bad"') as string, image: null },
  ]);
  expect(calls).toContain(`changeAttributes(${COMPOSED}, ${COMPOSED})`);
  calls = [];
  const one = { imageId: 'a' };
  for (const list of [[], [one, one], Array.from({ length: 1_001 }, (_, i) => ({ imageId: `${i}` }))])
    await expect(attributes.change(COMPOSED, list)).rejects.toMatchObject(refused);
  expect(calls).toEqual([]);
  await expect(attributes.change('nope', [one])).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('numbers out of their range are refused before a port is called', async () => {
  for (const first of [0, -1, 1.5, 1_001, Number.NaN]) {
    await expect(searches.page({ text: '狗' }, COMPOSED, { first })).rejects.toMatchObject(refused);
  }
  for (const topK of [0, -1, 1.5, 101, 1e9])
    await expect(searches.nearest('狗', COMPOSED, topK)).rejects.toMatchObject(refused);
  for (const first of [-1, 1.5, 1_001]) {
    await expect(images.ofCollection(1, {}, null, first)).rejects.toMatchObject(refused);
    await expect(loading.list(null, first)).rejects.toMatchObject(refused);
    await expect(loading.failures(job, first, 0)).rejects.toMatchObject(refused);
  }
  await expect(loading.failures(job, 1, -1)).rejects.toMatchObject(refused);
  await expect(images.ofCollection(1, {}, 'x', 1)).rejects.toMatchObject(refused);
  const many = Array<string>(10_001).fill('a');
  await expect(collections.deleteImages(COMPOSED, many, false)).rejects.toMatchObject(refused);
  await expect(collections.allowImages(COMPOSED, many)).rejects.toMatchObject(refused);
  for (const first of [-1, 1_001])
    await expect(collections.keptOutPage(collection, { first, after: null })).rejects.toMatchObject(refused);
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

test('the spaces of a collection say how many of its images they lack; the active one is the first', async () => {
  expect(await collections.spaces(collection)).toEqual([
    { model: 'm', dimension: 2, imageCount: 7, missingCount: 1, isActive: true },
    { model: 'old', dimension: 3, imageCount: 9, missingCount: 0, isActive: false },
  ]);
});

test('a file of an upload is passed on as a stream', async () => {
  await sending.receive('id', 'a/b.jpg', Readable.from([]), 5);
  expect(calls).toEqual(['receive(id, a/b.jpg)']);
});

test('a model is listed with the collections that are searched with it', async () => {
  expect(await sessionFor(EVERYBODY, useCases).models.list()).toMatchObject([{ name: 'm', collections: [COMPOSED] }]);
  expect(calls).toEqual(['listModels()', 'measure(m)', 'listCollections()']);
});

test('the model of a collection is opened by the name of the collection', async () => {
  const { models } = sessionFor(EVERYBODY, useCases);
  expect(await models.open(DECOMPOSED)).toBe('OPENING');
  expect(calls).toEqual([`findCollection(${COMPOSED})`, 'openFor(s)']);
  await expect(models.open('other')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('images that were deleted for good are read in pages of ids', async () => {
  expect(await collections.keptOutPage(collection, { first: 2, after: null })).toMatchObject({ edges: [] });
  expect(await collections.keptOutCount(collection)).toBe(1);
  expect(calls).toEqual([`keptOutPage(${collection.id}, , 3)`, `keptOutCount(${collection.id})`]);
});

test('a put checks its ids before a port is called, and names what failed', async () => {
  const { puts } = sessionFor(EVERYBODY, useCases);
  const { signal } = new AbortController();
  const item = (imageId: string): PutItem => ({
    imageId,
    open: async () => ({ content: Readable.from([Buffer.from('x')]), sizeBytes: 1 }),
  });
  for (const items of [[], Array.from({ length: 1_001 }, (_, i) => item(`${i}`)), [item(COMPOSED), item(DECOMPOSED)]])
    await expect(puts.put(COMPOSED, items, signal)).rejects.toMatchObject(refused);
  expect(calls).toEqual([]);
  // The fake load changes nothing, so the image is as before.
  const broken = { imageId: 'b', open: async () => Promise.reject(new ItemError('BAD_BASE64', 'no base64')) };
  expect(await puts.put(DECOMPOSED, [item(DECOMPOSED), broken], signal)).toEqual({
    collection: COMPOSED,
    results: [
      { imageId: COMPOSED, status: 'UNCHANGED', image, failure: null },
      {
        ...{ imageId: 'b', status: 'FAILED', image: null },
        failure: { item: 'b', code: 'BAD_BASE64', message: 'no base64', detail: null },
      },
    ],
  });
  expect(calls).toContain(`receive(id, ${DECOMPOSED})`);
  expect(calls.at(-1)).toBe(`findAll(1, ${COMPOSED}, b)`);
  const fetched = [
    { imageId: 'u', url: 'https://a/b' },
    { imageId: 'v', url: 'https://a/none' },
  ];
  const { results } = await puts.put(DECOMPOSED, fetched, signal);
  expect(calls).toEqual(expect.arrayContaining(['fetch(https://a/b)', 'receive(id, u)', 'fetch(https://a/none)']));
  expect(calls).not.toContain('receive(id, v)');
  expect(results[1]!.failure).toMatchObject({ item: 'v', code: 'FETCH_FAILED' });
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

describe('sources', () => {
  const { sources: cases } = sessionFor(EVERYBODY, useCases);
  const folder = (id: number, directory: string): SourceFolder => ({
    ...{ id, collectionId: 1, directory },
    devices: new Map(),
    watch: null,
  });
  beforeEach(() => {
    sources = [folder(3, '/b'), folder(2, '/uploads/x'), folder(4, '/a')];
    newest = [{ ...job, directory: '/b', options: { copyImages: false, idFrom: 'stem' } }];
    unfinished = [];
    resolveSource = async (directory) => directory;
  });

  test('the sources of a collection are its folders, with the newest load of each, but not its uploads', async () => {
    expect(await cases.list(collection, 10)).toEqual([
      { id: 4, collectionId: 1, directory: '/a', watch: null, lastLoad: null },
      { id: 3, collectionId: 1, directory: '/b', watch: null, lastLoad: newest[0] },
    ]);
    expect(calls).toEqual(['listSources(1)', 'newestLoads(1, /a, /b)']);
    expect(await cases.list(collection, 1)).toMatchObject([{ id: 4 }]);
    await expect(cases.list(collection, 1_001)).rejects.toMatchObject(refused);
    expect(await cases.byId('Source:3')).toMatchObject({ id: 3 });
    for (const id of ['Source:2', 'Source:9', 'Image:3', 'x']) expect(await cases.byId(id)).toBeNull();
  });

  test('the state of a source tells why a load cannot read it', async () => {
    const stateAfter = async (error: Error): Promise<string> => {
      resolveSource = () => Promise.reject(error);
      return await cases.stateOf({ directory: '/b' });
    };
    expect(await cases.stateOf({ directory: '/b' })).toBe('AVAILABLE');
    expect(await stateAfter(new ForbiddenError('no'))).toBe('OUTSIDE_ROOTS');
    expect(await stateAfter(new NotFoundError('no'))).toBe('MISSING');
    expect(await stateAfter(new UnavailableError('no'))).toBe('UNREADABLE');
    resolveSource = async () => '/elsewhere';
    expect(await cases.stateOf({ directory: '/b' })).toBe('MISSING');
    await expect(cases.loadAgain('3')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a source is loaded again with the options of its last load, or as its images are stored', async () => {
    await cases.loadAgain('Source:3');
    expect(calls.at(-1)).toBe(`start(${COMPOSED}, /b, copyImages,false, idFrom,stem)`);
    await cases.loadAgain('Source:4');
    expect(calls.at(-1)).toBe(`start(${COMPOSED}, /a, copyImages,true)`);
    newest = [{ ...job, id: 9, directory: '/b', status: 'QUEUED', cancelRequested: false }];
    calls = [];
    expect(await cases.loadAgain('Source:3')).toMatchObject({ id: 9 });
    expect(calls.some((each) => each.startsWith('start'))).toBe(false);
    for (const id of ['Source:2', 'Source:9', 'x'])
      await expect(cases.loadAgain(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('the failed items of an ended load are loaded again, unless they were sent or none is kept', async () => {
    const ended: LoadJob = {
      ...job,
      ...{ kind: 'LOAD', collectionId: 1, directory: '/b', status: 'PARTIAL' },
      options: { idFrom: 'stem', isWatch: true },
    };
    retried = ended;
    failed = [{ item: 'a.png', code: 'READ_FAILED', message: 'no' }];
    await cases.retryFailures(`LoadJob:${job.id}`);
    expect(calls.at(-1)).toBe(`start(${COMPOSED}, /b, idFrom,stem, retryOf,${job.id})`);
    const conflict = expect.objectContaining({ code: 'CONFLICT' }) as Error;
    retried = { ...ended, status: 'RUNNING' };
    await expect(cases.retryFailures(String(job.id))).rejects.toThrow(conflict);
    retried = { ...ended, options: { isUpload: true } };
    await expect(cases.retryFailures(String(job.id))).rejects.toThrow(conflict);
    [retried, failed] = [ended, []];
    await expect(cases.retryFailures(String(job.id))).rejects.toThrow(conflict);
    for (retried of [null, { ...ended, kind: 'REENCODE' as const }])
      await expect(cases.retryFailures(String(job.id))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(cases.retryFailures('x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a source is removed with the number of its images, but not while it is loaded', async () => {
    newest = [{ ...job, directory: '/b', status: 'SUCCEEDED' }];
    expect(await cases.remove('Source:3', 2)).toBe(2);
    expect(calls.at(-1)).toBe('removeSource(3, 2)');
    // The newest load was cancelled, and an older one still runs.
    newest = [{ ...job, id: 9, directory: '/b', status: 'CANCELLED' }];
    unfinished = [{ ...job, directory: '/b', status: 'RUNNING' }];
    calls = [];
    await expect(cases.remove('Source:3', 2)).rejects.toMatchObject({ code: 'CONFLICT' });
    unfinished = [{ ...job, directory: '/a', status: 'RUNNING' }];
    await expect(cases.remove('Source:9', 0)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(cases.remove('Source:3', -1)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(calls.some((each) => each.startsWith('removeSource'))).toBe(false);
  });

  test('a refused removal keeps the watch of the source', async () => {
    const watch = { options: { copyImages: false }, report: null };
    sources = [{ ...folder(3, '/b'), watch }];
    await expect(cases.remove('Source:3', 8)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(calls.filter((each) => /^(watch|removeSource)/.test(each))).toEqual([]);
    // The watch starts a load before it ends.
    afterWatch = () => (unfinished = [{ ...job, directory: '/b', status: 'QUEUED' }]);
    await expect(cases.remove('Source:3', 2)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(calls.filter((each) => /^(watch|removeSource)/.test(each))).toEqual([
      'watch(3, null)',
      'watch(3, {"copyImages":false})',
    ]);
    unfinished = [];
    afterWatch = () => undefined;
    calls = [];
    expect(await cases.remove('Source:3', 2)).toBe(2);
    expect(calls.filter((each) => /^(watch|removeSource)/.test(each))).toEqual([
      'watch(3, null)',
      'removeSource(3, 2)',
    ]);
  });

  test('a watch loads with the options of the last load; only the folder itself can be watched', async () => {
    newest = [{ ...job, directory: '/b', options: { copyImages: false, isWatch: true } }];
    expect(await cases.watch('Source:3', true)).toMatchObject({ id: 3, watch: { report: null } });
    expect(calls.at(-1)).toBe('watch(3, {"copyImages":false})');
    expect(await cases.watch('Source:3', false)).toMatchObject({ id: 3, watch: null });
    expect(calls.at(-1)).toBe('watch(3, null)');
    resolveSource = async () => '/elsewhere';
    await expect(cases.watch('Source:3', true)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(cases.watch('Source:2', true)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a principal that is bound to collections', () => {
  const mia: Principal = { name: 'mia', rights: ROLE_RIGHTS.ADMIN, collections: new Set([1]), keyId: 5 };
  const own = sessionFor(mia, useCases);
  const other = sessionFor({ ...mia, collections: new Set([2]) }, useCases);
  const missing = { code: 'NOT_FOUND' };

  test('uses its collections, and no name or id of another one', async () => {
    expect(await own.collections.find(DECOMPOSED)).toBe(collection);
    expect(await other.collections.find(COMPOSED)).toBeNull();
    expect(await own.images.find(COMPOSED, 'a')).toMatchObject({ collection: COMPOSED });
    expect(await other.images.find(COMPOSED, 'a')).toBeNull();
    expect(await other.collections.drop(COMPOSED)).toBe(false);
    expect(calls.some((each) => each.startsWith('drop'))).toBe(false);
    await expect(other.searches.nearest('狗', COMPOSED, 1)).rejects.toMatchObject(missing);
    await expect(other.collections.keptOutCount(collection)).rejects.toMatchObject(missing);
    await expect(other.images.preview(image)).rejects.toMatchObject(missing);
    await expect(other.loads.cancel('3')).rejects.toMatchObject(missing);
    expect(calls.some((each) => /^(search|keptOut|readPreview|cancel)\(/.test(each))).toBe(false);
  });

  test('searches its collections when it names none, and with no image of another one', async () => {
    await own.searches.page({ image: 'Image:7' }, { everywhere: true }, { first: 1 }).catch(() => undefined);
    await expect(own.searches.page({ all: [{ image: '8', weight: 1 }] }, COMPOSED, { first: 1 })).rejects.toMatchObject(
      {
        ...missing,
        message: expect.stringContaining('Image:8') as string,
      },
    );
    expect(calls.filter((each) => each.startsWith('page'))).toEqual([]);
    await own.searches.page({ image: '7' }, { names: [DECOMPOSED] }, { first: 1 });
    expect(calls.at(-1)).toBe(`page({"image":7}, {"names":["${COMPOSED}"],"among":{}})`);
  });

  test('lists loads of its collections only, and reads no folder of the server', async () => {
    await own.loads.list(null, 5);
    expect(calls).toEqual(['listJobs({"collectionIds":[1],"first":5})']);
    for (const call of [
      () => own.loads.start(COMPOSED, '/d', {}),
      () => own.loads.folders(null),
      () => own.models.remove('m'),
      () => own.keys.list(),
      () => own.collections.create('new'),
    ])
      expect(call).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }) as Error);
    expect(calls).toHaveLength(1);
  });
});

describe('the audit log', () => {
  const mia: Principal = { ...EVERYBODY, name: 'mia', keyId: 5 };
  beforeEach(() => (auditLines = []));

  test('has a line for each call that changes something, before the call', async () => {
    await sessionFor(mia, useCases).collections.deleteImages(COMPOSED, ['a', 'b'], false);
    expect(auditLines).toEqual([
      { who: 'mia', keyId: 5, action: 'collections.deleteImages', target: `${COMPOSED}: a, b`, outcome: 'STARTED' },
    ]);
    await expect(sessionFor(mia, useCases).keys.revoke('99')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(auditLines.slice(1).map(({ action, target, outcome }) => [action, target, outcome])).toEqual([
      ['keys.revoke', 'key 99', 'STARTED'],
      ['keys.revoke', 'key 99', 'NOT_FOUND'],
    ]);
  });

  test('has no line for reads, nor for clients of a server that needs no login', async () => {
    await sessionFor(mia, useCases).collections.find(COMPOSED);
    await session.collections.drop(COMPOSED);
    expect(auditLines).toEqual([]);
  });

  test('leaves out only what changes nothing', () => {
    const reads = new Set<Right>(['SEARCH', 'READ_IMAGES']);
    const silent = Object.entries(RIGHTS).flatMap(([group, cases]) =>
      Object.entries(cases as Record<string, Right>)
        .filter(([name, right]) => !reads.has(right) && !(name in AUDITS[group as keyof UseCases]))
        .map(([name]) => `${group}.${name}`),
    );
    expect(silent).toEqual([
      ...['images.originalPath', 'duplicates.start', 'duplicates.cancel'],
      ...['find', 'list', 'page', 'failures', 'failuresPage', 'watch', 'untilEnded', 'waitingFor'].map(
        (name) => `loads.${name}`,
      ),
      ...['loads.folders', 'loads.countPictures'],
      ...['sources.list', 'sources.byId', 'sources.countImages', 'sources.stateOf'],
      ...['uploads.create', 'uploads.receive', 'uploads.discard', 'uploads.fileLimit'],
      ...['models.installs', 'models.watchInstalls', 'keys.list', 'audit.page'],
    ]);
  });
});

describe('keys', () => {
  const { keys } = session;
  const wanted = { name: ' mia ', role: 'READ', collections: null, expiresAt: null, password: null } as const;

  test('a key has 256 random bits and is shown once; a password is not shown', async () => {
    const [one, two] = [await keys.create(wanted, null), await keys.create(wanted, null)];
    expect(one.secret).toMatch(/^wentu_[\w-]{43}$/);
    expect(one.secret).not.toBe(two.secret);
    expect(JSON.stringify(one.key)).not.toContain(one.secret);
    expect(one.key).not.toHaveProperty('secretHash');
    expect((await keys.create({ ...wanted, password: '0123456789' }, null)).secret).toBeNull();
    expect(calls[0]).toBe('addKey(mia)');
  });

  test('refuses what cannot be a key', async () => {
    const bad = [
      { name: '' },
      { name: 'x'.repeat(101) },
      { name: 'a\nb' },
      { expiresAt: new Date(0) },
      { password: 'short' },
      { password: 'x'.repeat(201) },
      { collections: [] },
      { collections: Array.from({ length: 65 }, (_, i) => `c${i}`) },
    ];
    for (const each of bad) await expect(keys.create({ ...wanted, ...each }, null)).rejects.toMatchObject(refused);
    await expect(keys.create({ ...wanted, collections: ['nope'] }, null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const id of ['', '0', 'x', '13']) await expect(keys.revoke(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(calls.filter((each) => each.startsWith('addKey'))).toEqual([]);
  });
});
