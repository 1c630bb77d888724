export { parseConfig, type Config } from './config';
export type { PictureCount } from './count-pictures';
export { DataFolder } from './data-folder';
export { MAX_FOLDERS, type FolderListing } from './list-folders';
export { openApp, type App, type Readiness } from './open-app';
export { isFinished, type PageOptions, type SearchPage, type Sought } from '@wentu/search';
