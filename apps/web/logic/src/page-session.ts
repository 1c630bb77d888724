/** What the user of the page may do, as the server names it. */
export type Right = 'SEARCH' | 'READ_IMAGES' | 'LOAD' | 'CHANGE_IMAGES' | 'MANAGE_COLLECTIONS' | 'ADMIN';

export interface PageSession {
  /** Null: not signed in. */
  readonly name: string | null;
  readonly rights: readonly Right[];
  /** Whether only some collections may be used. */
  readonly isBound: boolean;
  /** Sent with each change; null without a sign-in. */
  readonly csrf: string | null;
  /** Whether a sign-in is possible, and gives more rights. */
  readonly canSignIn: boolean;
}

/** A page that no server of Wentu sent, such as that of the development server: everything is offered. */
const UNKNOWN: PageSession = {
  ...{ name: null, isBound: false, csrf: null, canSignIn: false },
  rights: ['SEARCH', 'READ_IMAGES', 'LOAD', 'CHANGE_IMAGES', 'MANAGE_COLLECTIONS', 'ADMIN'],
};

/** @param text JSON that the server put into the page */
export function parsePageSession(text: string | null): PageSession {
  try {
    const parsed = JSON.parse(text ?? '') as unknown;
    return typeof parsed === 'object' && parsed !== null ? { ...UNKNOWN, ...parsed } : UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

/** What the page offers; the server checks it again. */
export interface Offers {
  /** Without any of these the page asks for a sign-in. */
  readonly search: boolean;
  readonly load: boolean;
  /** Folders of the server, and new collections. */
  readonly loadFolders: boolean;
  readonly changeImages: boolean;
  readonly manageCollections: boolean;
  readonly models: boolean;
  /** Only for a user who is signed in: on the loopback address nobody needs a key. */
  readonly keys: boolean;
}

export function offersFor({ name, rights, isBound }: PageSession): Offers {
  const may = (right: Right): boolean => rights.includes(right);
  return {
    search: may('SEARCH'),
    load: may('LOAD'),
    loadFolders: may('LOAD') && !isBound,
    changeImages: may('CHANGE_IMAGES'),
    manageCollections: may('MANAGE_COLLECTIONS'),
    models: may('ADMIN') && !isBound,
    keys: may('ADMIN') && !isBound && name !== null,
  };
}
