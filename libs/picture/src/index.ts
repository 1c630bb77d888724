export { PictureReader, type OpenPicture, type PictureReaderOptions } from './picture-reader';
export type { PictureOptions } from './read-picture';
