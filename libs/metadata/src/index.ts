export { copySqliteStore } from './copy-sqlite-store';
export { openMysqlStore } from './open-mysql-store';
export { openSqliteStore } from './open-sqlite-store';
export { createOriginalReader } from './originals';
