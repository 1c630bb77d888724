export { catalog, findInCatalog, type CatalogModel, type PublishedRecall } from './catalog';
export type { DownloadProgress } from './download-files';
export type { Proxies } from './http-client';
export { ModelDownloader } from './model-downloader';
export { isRemote, type Precision } from './plan-download';
