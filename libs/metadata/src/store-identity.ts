import { ConflictError } from '@wentu/domain';

/**
 * Which store a data folder belongs to. A database that is missing, empty or another one must not be taken for a first
 * start.
 */
export interface StoreIdentity {
  /** The id that the store must have. null: it may be any, and is made if there is none. */
  readonly expected: string | null;
  /** What an operator does who means it, such as "remove the file …". */
  readonly remedy: string;
  /** Called with the id of the store that was opened. */
  readonly onOpened: (id: string) => void;
}

/** @throws ConflictError when there has been a store and here is none */
export function refuseEmpty(what: string, identity: StoreIdentity | undefined): void {
  if (!identity || identity.expected === null) return;
  throw new ConflictError(
    `${what}, but this data folder has used the store ${identity.expected}: its pictures would seem to be gone. Mount the right disk, or restore ` +
      `the backup (docs/operations.md, "Backup and restore"). To begin with an empty store, ${identity.remedy}`,
  );
}

/** @throws ConflictError when it is another one than the one expected */
export function checkIdentity(what: string, id: string, identity: StoreIdentity | undefined): void {
  if (!identity) return;
  if (identity.expected !== null && identity.expected !== id) {
    throw new ConflictError(
      `${what} holds the store ${id}, but this data folder has used the store ${identity.expected}. Name the right database (WENTU_DATA_DIR, ` +
        `DATABASE_URL), or restore the backup (docs/operations.md, "Backup and restore"). If it is the backup that you have restored, ${identity.remedy}`,
    );
  }
  identity.onOpened(id);
}
