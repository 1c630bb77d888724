// Apart, for mysql2 takes a while to load, and many never need it.
export { openMysqlStore } from './open-mysql-store';
export { readTutorialRows, type TutorialRow, type TutorialTable } from './tutorial-rows';
