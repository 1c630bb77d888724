export { PicturePool, type PictureDecoder, type PicturePoolOptions } from './pool/picture-pool';
export type { Share } from './pool/picture-job';
export type { PixelBounds } from './bounded-pixels';
export type { RgbImage } from './resample';
export { quickHeader } from './quick-header';
export { pixelsRevision } from './revision';
export type { PictureOptions } from './read-picture';
export type { Rendition } from './render-picture';
