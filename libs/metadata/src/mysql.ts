// A separate entry point, because loading mysql2 takes time and many processes never need it.
export { copyMysqlStore, restoreMysqlStore } from './copy-mysql-store';
export { inspectMysql, type MysqlReport } from './inspect-mysql';
export { openMysqlStore } from './open-mysql-store';
export { openMysqlPool } from './mysql-pool';
export { readTutorialRows, type TutorialRow, type TutorialTable } from './tutorial-rows';
