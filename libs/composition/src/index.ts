export { checkDatasetFolder, type DatasetReport } from './check-dataset-folder';
export { parseConfig, type Config } from './config';
export { DataFolder } from './data-folder';
export { openApp, type App, type Readiness } from './open-app';
export { rankPicture } from './rank-picture';
