export { downloadFiles, type DownloadProgress } from './download-files';
export { HttpClient, type Proxies } from './http-client';
