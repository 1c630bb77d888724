import type { UseCases } from './use-cases';

/** What a principal may do. */
export type Right =
  /** Search, and read what the model makes of texts. */
  | 'SEARCH'
  /** See collections, their images and the picture files. */
  | 'READ_IMAGES'
  /** Bring pictures in: read the server's folders, send files, start, watch and cancel loads. */
  | 'LOAD'
  /** Make, rename, empty and remove collections. */
  | 'MANAGE_COLLECTIONS'
  /** What is for the operator of the server. */
  | 'ADMIN';

/** Somebody who uses the server. */
export interface Principal {
  /** Null: somebody who did not say who they are. */
  readonly name: string | null;
  readonly rights: ReadonlySet<Right>;
}

const ALL: readonly Right[] = ['SEARCH', 'READ_IMAGES', 'LOAD', 'MANAGE_COLLECTIONS', 'ADMIN'];

/** There are no accounts: every client of the server may do everything. */
export const EVERYBODY: Principal = { name: null, rights: new Set(ALL) };

/** The right that each use case needs. A use case without a line here does not compile. */
export const RIGHTS: { readonly [G in keyof UseCases]: { readonly [C in keyof UseCases[G]]: Right } } = {
  searches: {
    nearest: 'SEARCH',
    page: 'SEARCH',
    explainText: 'SEARCH',
    rankTexts: 'SEARCH',
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
  server: {
    info: 'SEARCH',
  },
};
