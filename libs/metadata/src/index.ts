export { checkSqliteStore, type StoreCheck, type StoreProblem } from './check-sqlite-store';
export { copySqliteStore } from './copy-sqlite-store';
export { openSqliteStore } from './open-sqlite-store';
export { createOriginalReader } from './originals';
export { fileError } from './store-error';
export type { StoreIdentity } from './store-identity';
