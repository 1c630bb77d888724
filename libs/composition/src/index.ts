export { backUp, type BackupSource } from './back-up';
export type { DownloadProgress, Precision, Proxies } from '@wentu/model-catalog';
export { checkDatasetFolder, type DatasetReport } from './check-dataset-folder';
export { parseConfig, type Config } from './config';
export { DataFolder } from './data-folder';
export { importTutorial } from './import-tutorial';
export { ModelStore, type ListedModel } from './model-store';
export { openApp, type App, type Readiness } from './open-app';
export { rankPicture } from './rank-picture';
