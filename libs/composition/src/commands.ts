// What the command line does by itself: a server need not load it.
export { backUp, type BackupSource } from './back-up';
export type { DownloadProgress, Precision, Proxies } from '@wentu/model-catalog';
export { checkDatasetFolder, type DatasetReport } from './check-dataset-folder';
export { parseConfig } from './config';
export { importTutorial } from './import-tutorial';
export { ModelStore, type ListedModel } from './model-store';
export { rankPicture } from './rank-picture';
