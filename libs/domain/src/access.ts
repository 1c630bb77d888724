/**
 * What the owner of a key may do. READ: search and see images. WRITE: also load, put, change and delete images. ADMIN:
 * also manage collections, models and keys.
 */
export type Role = 'READ' | 'WRITE' | 'ADMIN';
export const ROLES: readonly Role[] = ['READ', 'WRITE', 'ADMIN'];

/** A secret that identifies a user or a program. KEY: a random text. PASSWORD: a text that a person chose. */
export interface AccessKey {
  readonly id: number;
  /** 1 to 100 characters, unique among the keys that are not revoked. */
  readonly name: string;
  readonly kind: 'KEY' | 'PASSWORD';
  readonly role: Role;
  /** The ids of the only collections that it may use; null: all collections. */
  readonly collectionIds: readonly number[] | null;
  /** The first characters of a key, which are not secret; null for a password. */
  readonly prefix: string | null;
  readonly createdAt: Date;
  /** The name of the principal that made it; null: a client without a name. */
  readonly createdBy: string | null;
  /** Accurate to a few minutes; null: never. */
  readonly lastUsedAt: Date | null;
  /** Null: it does not expire. */
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface StoredKey extends AccessKey {
  /** The SHA-256 of a key in hex, or a salted scrypt hash of a password. */
  readonly secretHash: string;
}

export type NewKey = Pick<
  StoredKey,
  'name' | 'kind' | 'role' | 'collectionIds' | 'prefix' | 'createdBy' | 'expiresAt' | 'secretHash'
>;

/** A browser that has signed in with a key. Its cookie has a random token. */
export interface SignIn {
  /** The SHA-256 of the token in hex. */
  readonly tokenHash: string;
  /** The id of the key; 0 for the key of the settings. */
  readonly keyId: number;
  /** The SHA-256 of the key's `secretHash`: a sign-in ends when its key gets another secret. */
  readonly keyMark: string;
  readonly expiresAt: Date;
}

/** The largest number of keys that are not revoked. */
export const MAX_KEYS = 1_000;
/** The largest number of collections that one key is bound to. */
export const MAX_KEY_COLLECTIONS = 64;
export const MAX_KEY_NAME_LENGTH = 100;

export interface KeyReader {
  /** All keys, newest first. Of the revoked keys only the newest MAX_KEYS are kept. */
  list(): Promise<StoredKey[]>;
  /** @returns null also for a sign-in that has expired */
  findSignIn(tokenHash: string): Promise<SignIn | null>;
}

export interface Keys extends KeyReader {
  /** @throws ConflictError for the name of another key; LIMIT_EXCEEDED above MAX_KEYS */
  add(key: NewKey): Promise<StoredKey>;
  /** Gives a key another secret and ends its sign-ins. @returns null for an unknown or revoked key */
  replaceSecret(id: number, secret: Pick<StoredKey, 'prefix' | 'secretHash'>): Promise<StoredKey | null>;
  /** Ends a key and its sign-ins for ever. @returns null for an unknown key */
  revoke(id: number): Promise<StoredKey | null>;
  /** Notes that the keys were used now. */
  noteUse(ids: readonly number[]): Promise<void>;
  /** Adds a sign-in. Expired ones are removed, and the oldest of the same key above a limit of 100. */
  addSignIn(signIn: SignIn): Promise<void>;
  removeSignIn(tokenHash: string): Promise<void>;
}

/** One line of the audit log: who did what, and when. */
export interface AuditEntry {
  /** Ascending in the order of the lines. */
  readonly id: number;
  readonly at: Date;
  /** The name of the principal; null: a client without a name. */
  readonly who: string | null;
  /** The id of its key; null for a client without a stored key. */
  readonly keyId: number | null;
  /** The use case, such as `collections.drop`. */
  readonly action: string;
  /** The collection, directory or other thing, at most 500 characters; null: none. */
  readonly target: string | null;
  /** STARTED: written before the action. Otherwise the code of the error with which it failed. */
  readonly outcome: string;
}

export type NewAuditEntry = Omit<AuditEntry, 'id' | 'at'>;

/** The newest lines that are kept. */
export const MAX_AUDIT_ENTRIES = 200_000;

export interface AuditReader {
  /** Newest first. @param before the id of the last known line; null: from the newest */
  page(before: number | null, limit: number): Promise<AuditEntry[]>;
}

/** The audit log. Lines are never changed. */
export interface AuditLog extends AuditReader {
  /** Adds a line. Every 1,000 lines, those older than the newest MAX_AUDIT_ENTRIES are removed. */
  add(entry: NewAuditEntry): Promise<void>;
}
