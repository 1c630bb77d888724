import type { Bounds } from './bounds';
import type { UseCases } from './use-cases';

/** A use case for a principal that is bound to collections. `call` is the use case itself. */
type Bound<F> = F extends (...args: infer A) => infer R
  ? (bounds: Bounds, call: (...args: A) => R, ...args: A) => R
  : never;

/** No collection is involved, or the argument is an object that a use case of the same session returned. */
const free = <A extends unknown[], R>(_bounds: Bounds, call: (...args: A) => R, ...args: A): R => call(...args);
const forbidden = (bounds: Bounds): never => bounds.refuse();
/** The first argument is the name of a collection. */
const named = async <A extends unknown[], R>(
  bounds: Bounds,
  call: (name: string, ...args: A) => Promise<R>,
  name: string,
  ...args: A
): Promise<R> => await call(await bounds.name(name), ...args);
/** The first argument is the name of a collection; null: the default one. */
const namedOrDefault = async <A extends unknown[], R>(
  bounds: Bounds,
  call: (name: string, ...args: A) => Promise<R>,
  name: string | null,
  ...args: A
): Promise<R> => await call(await bounds.nameOrDefault(name), ...args);
/** The first argument is a collection. */
const ofCollection = async <C extends { readonly id: number }, A extends unknown[], R>(
  bounds: Bounds,
  call: (collection: C, ...args: A) => Promise<R>,
  collection: C,
  ...args: A
): Promise<R> => {
  bounds.check(collection.id);
  return await call(collection, ...args);
};
/** The first argument is the id of a collection. */
const ofId = async <A extends unknown[], R>(
  bounds: Bounds,
  call: (id: number, ...args: A) => Promise<R>,
  id: number,
  ...args: A
): Promise<R> => {
  bounds.check(id);
  return await call(id, ...args);
};
/** The first argument is an image or a source. */
const ofOwned = async <C extends { readonly collectionId: number }, A extends unknown[], R>(
  bounds: Bounds,
  call: (owned: C, ...args: A) => Promise<R>,
  owned: C,
  ...args: A
): Promise<R> => {
  bounds.check(owned.collectionId);
  return await call(owned, ...args);
};

/** How each use case is bound. A use case that is missing here does not compile. */
export const BOUND_CASES: {
  readonly [G in keyof UseCases]: { readonly [C in keyof UseCases[G]]: Bound<UseCases[G][C]> };
} = {
  searches: {
    nearest: async (bounds, call, text, collection, ...rest) =>
      await call(text, await bounds.nameOrDefault(collection), ...rest),
    async page(bounds, call, query, scope, ...rest) {
      await bounds.checkQuery(query);
      return await call(query, await bounds.scope(scope), ...rest);
    },
    fetchPicture: free,
    explainText: async (bounds, call, text, collection) => await call(text, await bounds.nameOrDefault(collection)),
    rankTexts: async (bounds, call, texts, collection, ...rest) =>
      await call(texts, await bounds.nameOrDefault(collection), ...rest),
    isSearchable: free,
    similarityFloor: free,
  },
  images: {
    async find(bounds, call, collection, imageId) {
      const name = collection ?? (await bounds.nameOrDefault(null));
      return (await bounds.find(name)) && (await call(name, imageId));
    },
    async byId(bounds, call, id) {
      const row = await call(id);
      return row && bounds.ids.has(row.collectionId) ? row : null;
    },
    forZip: async (bounds, call, ids) => await call(ids, bounds.ids),
    ofCollection: ofId,
    page: ofId,
    count: ofCollection,
    facets: namedOrDefault,
    original: ofOwned,
    openOriginal: ofOwned,
    hasOriginal: ofOwned,
    preview: ofOwned,
    exif: ofOwned,
    originalPath: ofOwned,
    position: ofId,
    words: free,
  },
  attributes: { change: named },
  collections: {
    list: async (bounds) => await bounds.list(),
    page: async (bounds, call, page) => await call(page, bounds.ids),
    find: async (bounds, _call, name) => await bounds.find(name),
    async byId(bounds, call, id) {
      const found = await call(id);
      return found && bounds.has(found) ? found : null;
    },
    create: forbidden,
    rename: named,
    drop: async (bounds, call, name) => (await bounds.find(name)) !== null && (await call(name)),
    deleteImages: named,
    deleteMatching: named,
    allowImages: named,
    keptOutPage: ofCollection,
    keptOutCount: ofCollection,
    resolveMissing: named,
    async repair(bounds, call, name) {
      const names = name === null ? (await bounds.list()).map((each) => each.name) : [await bounds.name(name)];
      const repaired = [];
      for (const each of names) repaired.push(...(await call(each)));
      return repaired;
    },
    spaces: ofCollection,
    countWithoutFacts: ofCollection,
    countWordsUnread: ofCollection,
    reencode: named,
    dropSpace: named,
  },
  duplicates: {
    start: named,
    cancel: named,
    facts: named,
    untilEnded: named,
    page: namedOrDefault,
    images: free,
  },
  loads: {
    // A load reads any folder below the roots, also those of other collections.
    start: forbidden,
    async find(bounds, call, id) {
      const job = await call(id);
      return job && bounds.ids.has(job.collectionId ?? -1) ? job : null;
    },
    list: async (bounds, call, collection, first) => await call(collection, first, [...bounds.ids]),
    page: async (bounds, call, collection, page) => await call(collection, page, [...bounds.ids]),
    failures: free,
    failuresPage: free,
    async cancel(bounds, call, id) {
      await bounds.checkLoad(id);
      return await call(id);
    },
    async *watch(bounds, call, id, signal) {
      await bounds.checkLoad(id);
      yield* call(id, signal);
    },
    untilEnded: free,
    waitingFor: free,
    folders: forbidden,
    countPictures: forbidden,
  },
  sources: {
    list: ofCollection,
    byId: async (bounds, call, id) => ((await bounds.hasSource(id)) ? await call(id) : null),
    countImages: free,
    stateOf: free,
    async loadAgain(bounds, call, id) {
      await bounds.checkSource(id);
      return await call(id);
    },
    async retryFailures(bounds, call, id) {
      await bounds.checkLoad(id);
      return await call(id);
    },
    async watch(bounds, call, id, isOn) {
      await bounds.checkSource(id);
      return await call(id, isOn);
    },
    async remove(bounds, call, id, expectedCount) {
      await bounds.checkSource(id);
      return await call(id, expectedCount);
    },
  },
  uploads: {
    create: async (bounds, call, collection) => await call(collection === null ? null : await bounds.name(collection)),
    // The id of an upload is a secret of its sender.
    receive: free,
    load: async (bounds, call, id, collection) => await call(id, await bounds.name(collection)),
    discard: free,
    fileLimit: free,
  },
  puts: { put: named },
  models: {
    async list(bounds, call) {
      const own = new Set((await bounds.list()).map(({ name }) => name));
      return (await call()).map((model) => ({
        ...model,
        collections: model.collections.filter((name) => own.has(name)),
      }));
    },
    async recommended(bounds, call) {
      const found = await call();
      if (!found) return null;
      const own = new Set((await bounds.list()).map(({ name }) => name));
      const { model } = found;
      return { ...found, model: { ...model, collections: model.collections.filter((name) => own.has(name)) } };
    },
    isDemonstration: free,
    stateOf: free,
    open: named,
    remove: forbidden,
    setDefault: forbidden,
    installs: forbidden,
    install: forbidden,
    pauseInstall: forbidden,
    resumeInstall: forbidden,
    cancelInstall: forbidden,
    watchInstalls: forbidden,
  },
  keys: { list: forbidden, create: forbidden, rotate: forbidden, revoke: forbidden },
  audit: { page: forbidden },
  server: { info: free, checkMetrics: free },
};
