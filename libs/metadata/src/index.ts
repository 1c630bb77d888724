export { openSqliteStore } from './open-sqlite-store';
export { createOriginalReader } from './originals';
