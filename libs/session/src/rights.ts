import type { UseCases } from './use-cases';

/** What a principal may do. */
export type Right =
  /** Search, and read how the model understands texts. */
  | 'SEARCH'
  /** See collections, their images and the picture files. */
  | 'READ_IMAGES'
  /** Load pictures: read the folders of the server, send files, start, watch and cancel loads. */
  | 'LOAD'
  /** Create, rename and drop collections, and delete images. */
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
    original: 'READ_IMAGES',
    openOriginal: 'READ_IMAGES',
    hasOriginal: 'READ_IMAGES',
    preview: 'READ_IMAGES',
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
    resolveMissing: 'MANAGE_COLLECTIONS',
    repair: 'ADMIN',
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
  uploads: {
    create: 'LOAD',
    receive: 'LOAD',
    load: 'LOAD',
    discard: 'LOAD',
    fileLimit: 'LOAD',
  },
  models: {
    list: 'READ_IMAGES',
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
