import type { UseCases } from './use-cases';

/** What a principal may do. */
export type Right =
  /** Search, and read how the model understands texts. */
  | 'SEARCH'
  /** See collections, their images and the picture files. */
  | 'READ_IMAGES'
  /** Load pictures: read the folders of the server, send files, start, watch and cancel loads. */
  | 'LOAD'
  /** Create, rename and drop collections, change their models, find their duplicates, and change and delete images. */
  | 'MANAGE_COLLECTIONS'
  /** Use cases for the operator of the server. */
  | 'ADMIN';

/** A user of the server. */
export interface Principal {
  /** Null for a client that is not authenticated. */
  readonly name: string | null;
  readonly rights: ReadonlySet<Right>;
}

const ALL: readonly Right[] = ['SEARCH', 'READ_IMAGES', 'LOAD', 'MANAGE_COLLECTIONS', 'ADMIN'];

/** There are no accounts: every client of the server may do everything. */
export const EVERYBODY: Principal = { name: null, rights: new Set(ALL) };

/** The right that each use case needs. A use case that is missing here does not compile. */
export const RIGHTS: { readonly [G in keyof UseCases]: { readonly [C in keyof UseCases[G]]: Right } } = {
  searches: {
    nearest: 'SEARCH',
    page: 'SEARCH',
    explainText: 'SEARCH',
    rankTexts: 'SEARCH',
    isSearchable: 'READ_IMAGES',
    similarityFloor: 'SEARCH',
  },
  images: {
    find: 'READ_IMAGES',
    byId: 'READ_IMAGES',
    ofCollection: 'READ_IMAGES',
    page: 'READ_IMAGES',
    count: 'READ_IMAGES',
    facets: 'READ_IMAGES',
    original: 'READ_IMAGES',
    openOriginal: 'READ_IMAGES',
    hasOriginal: 'READ_IMAGES',
    preview: 'READ_IMAGES',
    words: 'READ_IMAGES',
  },
  attributes: {
    change: 'MANAGE_COLLECTIONS',
  },
  collections: {
    list: 'READ_IMAGES',
    page: 'READ_IMAGES',
    find: 'READ_IMAGES',
    byId: 'READ_IMAGES',
    create: 'MANAGE_COLLECTIONS',
    rename: 'MANAGE_COLLECTIONS',
    drop: 'MANAGE_COLLECTIONS',
    deleteImages: 'MANAGE_COLLECTIONS',
    deleteMatching: 'MANAGE_COLLECTIONS',
    allowImages: 'MANAGE_COLLECTIONS',
    keptOutPage: 'READ_IMAGES',
    keptOutCount: 'READ_IMAGES',
    resolveMissing: 'MANAGE_COLLECTIONS',
    repair: 'ADMIN',
    spaces: 'READ_IMAGES',
    countWithoutFacts: 'READ_IMAGES',
    countWordsUnread: 'READ_IMAGES',
    reencode: 'MANAGE_COLLECTIONS',
    dropSpace: 'MANAGE_COLLECTIONS',
  },
  duplicates: {
    start: 'MANAGE_COLLECTIONS',
    cancel: 'MANAGE_COLLECTIONS',
    facts: 'READ_IMAGES',
    untilEnded: 'READ_IMAGES',
    page: 'READ_IMAGES',
    images: 'READ_IMAGES',
  },
  loads: {
    start: 'LOAD',
    find: 'LOAD',
    list: 'LOAD',
    page: 'LOAD',
    failures: 'LOAD',
    failuresPage: 'LOAD',
    cancel: 'LOAD',
    watch: 'LOAD',
    untilEnded: 'LOAD',
    waitingFor: 'LOAD',
    folders: 'LOAD',
    countPictures: 'LOAD',
  },
  sources: {
    list: 'LOAD',
    byId: 'LOAD',
    countImages: 'LOAD',
    stateOf: 'LOAD',
    loadAgain: 'LOAD',
    watch: 'LOAD',
  },
  uploads: {
    create: 'LOAD',
    receive: 'LOAD',
    load: 'LOAD',
    discard: 'LOAD',
    fileLimit: 'LOAD',
  },
  puts: {
    put: 'LOAD',
  },
  models: {
    list: 'READ_IMAGES',
    recommended: 'READ_IMAGES',
    isDemonstration: 'READ_IMAGES',
    stateOf: 'READ_IMAGES',
    open: 'SEARCH',
    remove: 'ADMIN',
    setDefault: 'ADMIN',
    installs: 'ADMIN',
    install: 'ADMIN',
    pauseInstall: 'ADMIN',
    resumeInstall: 'ADMIN',
    cancelInstall: 'ADMIN',
    watchInstalls: 'ADMIN',
  },
  server: {
    info: 'SEARCH',
  },
};
