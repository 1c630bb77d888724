import { ConflictError } from '@wentu/domain';

/**
 * The store of a data folder. It makes sure that a missing, an empty or another database is not mistaken for a first
 * start.
 */
export interface StoreIdentity {
  /** The required id of the store. null: any id is accepted, and a missing store is created. */
  readonly expected: string | null;
  /** The step for an operator who changes the store on purpose, such as "remove the file …". */
  readonly remedy: string;
  /** Called with the id of the opened store. */
  readonly onOpened: (id: string) => void;
}

/** @throws ConflictError when a store is expected */
export function refuseEmpty(what: string, identity: StoreIdentity | undefined): void {
  if (!identity || identity.expected === null) return;
  throw new ConflictError(
    `${what}, but this data folder has used the store ${identity.expected}: without it, its pictures would be missing. Mount the right disk, or restore ` +
      `the backup (docs/operations.md, "Backup and restore"). To begin with an empty store, ${identity.remedy}`,
  );
}

/** @throws ConflictError when the store is not the expected one */
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
