export { PictureReader, type OpenPicture, type PictureReaderOptions } from './picture-reader';
export { pixelsRevision } from './revision';
export type { PictureOptions } from './read-picture';
