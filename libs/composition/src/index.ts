export { parseConfig, type Config } from './config';
export { openApp, type App, type Readiness } from './open-app';
export { MAX_FOLDERS, type FolderListing, type PictureCount } from '@wentu/dataset';
export { isFinished, type PageOptions, type SearchPage, type Sought } from '@wentu/search';
