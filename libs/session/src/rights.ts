import type { Role } from '@wentu/domain';
import type { UseCases } from './use-cases';

/** What a principal may do. */
export type Right =
  /** Search, and read how the model understands texts. */
  | 'SEARCH'
  /** See collections, their images and the picture files. */
  | 'READ_IMAGES'
  /** Load pictures: create collections, read the folders of the server, send files, start, watch and cancel loads. */
  | 'LOAD'
  /** Change and delete images, and find their duplicates. */
  | 'CHANGE_IMAGES'
  /** Rename and drop collections, and change their models. */
  | 'MANAGE_COLLECTIONS'
  /** Use cases for the operator of the server. */
  | 'ADMIN';

const READ: readonly Right[] = ['SEARCH', 'READ_IMAGES'];
const WRITE: readonly Right[] = [...READ, 'LOAD', 'CHANGE_IMAGES'];

/** The rights of each role. */
export const ROLE_RIGHTS: Readonly<Record<Role, ReadonlySet<Right>>> = {
  READ: new Set(READ),
  WRITE: new Set(WRITE),
  ADMIN: new Set<Right>([...WRITE, 'MANAGE_COLLECTIONS', 'ADMIN']),
};

/** A user of the server, or a program. */
export interface Principal {
  /** Null for a client that is not authenticated. */
  readonly name: string | null;
  readonly rights: ReadonlySet<Right>;
  /** The ids of the only collections that it may use; null: all collections. */
  readonly collections: ReadonlySet<number> | null;
  /** The id of its stored key; null without one. */
  readonly keyId: number | null;
}

/** A client of a server on the loopback address, which needs no login: it may do everything. */
export const EVERYBODY: Principal = { name: null, rights: ROLE_RIGHTS.ADMIN, collections: null, keyId: null };
/** A client that may do nothing. */
export const NOBODY: Principal = { name: null, rights: new Set(), collections: null, keyId: null };
/** A client without a key, where the settings let such clients read. */
export const ANONYMOUS_READER: Principal = { ...NOBODY, rights: ROLE_RIGHTS.READ };
/** A command on the data folder: who can write the folder can do everything anyway. */
export const COMMAND_LINE: Principal = { ...EVERYBODY, name: 'command line' };

/** The right that each use case needs. A use case that is missing here does not compile. */
export const RIGHTS: { readonly [G in keyof UseCases]: { readonly [C in keyof UseCases[G]]: Right } } = {
  searches: {
    nearest: 'SEARCH',
    page: 'SEARCH',
    fetchPicture: 'SEARCH',
    explainText: 'SEARCH',
    rankTexts: 'SEARCH',
    isSearchable: 'READ_IMAGES',
    similarityFloor: 'SEARCH',
  },
  images: {
    find: 'READ_IMAGES',
    byId: 'READ_IMAGES',
    forZip: 'READ_IMAGES',
    ofCollection: 'READ_IMAGES',
    page: 'READ_IMAGES',
    count: 'READ_IMAGES',
    facets: 'READ_IMAGES',
    original: 'READ_IMAGES',
    openOriginal: 'READ_IMAGES',
    hasOriginal: 'READ_IMAGES',
    preview: 'READ_IMAGES',
    exif: 'READ_IMAGES',
    // Who may load sees the folders of the server anyway.
    originalPath: 'LOAD',
    position: 'READ_IMAGES',
    words: 'READ_IMAGES',
  },
  attributes: {
    change: 'CHANGE_IMAGES',
  },
  collections: {
    list: 'READ_IMAGES',
    page: 'READ_IMAGES',
    find: 'READ_IMAGES',
    byId: 'READ_IMAGES',
    create: 'LOAD',
    rename: 'MANAGE_COLLECTIONS',
    drop: 'MANAGE_COLLECTIONS',
    deleteImages: 'CHANGE_IMAGES',
    deleteMatching: 'CHANGE_IMAGES',
    allowImages: 'CHANGE_IMAGES',
    keptOutPage: 'READ_IMAGES',
    keptOutCount: 'READ_IMAGES',
    resolveMissing: 'CHANGE_IMAGES',
    repair: 'ADMIN',
    spaces: 'READ_IMAGES',
    countWithoutFacts: 'READ_IMAGES',
    countWordsUnread: 'READ_IMAGES',
    reencode: 'MANAGE_COLLECTIONS',
    dropSpace: 'MANAGE_COLLECTIONS',
  },
  duplicates: {
    start: 'CHANGE_IMAGES',
    cancel: 'CHANGE_IMAGES',
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
    retryFailures: 'LOAD',
    watch: 'LOAD',
    remove: 'CHANGE_IMAGES',
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
  keys: {
    list: 'ADMIN',
    create: 'ADMIN',
    rotate: 'ADMIN',
    revoke: 'ADMIN',
  },
  audit: {
    page: 'ADMIN',
  },
  server: {
    info: 'SEARCH',
    checkMetrics: 'SEARCH',
  },
};
