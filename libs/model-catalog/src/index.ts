export { catalog, findInCatalog, type CatalogModel } from './catalog';
export type { DownloadProgress } from './download-files';
export type { Proxies } from './http-client';
export { isRemote } from './hub-address';
export { ModelDownloader, type HubAccess } from './model-downloader';
export type { DownloadOrigin, DownloadPlan, Precision } from './plan-download';
export type { DownloadWait } from './retry';
