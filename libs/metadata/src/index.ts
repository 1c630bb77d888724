export { copySqliteStore } from './copy-sqlite-store';
export { openMysqlStore } from './open-mysql-store';
export { openSqliteStore } from './open-sqlite-store';
export { readTutorialRows, type TutorialRow, type TutorialTable } from './tutorial-rows';
export { createOriginalReader } from './originals';
