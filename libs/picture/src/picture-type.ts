import { PICTURE_HEAD_BYTES, pictureType } from '@wentu/picture-format';

const VECTOR_TYPES = new Set(['image/svg+xml', 'image/svg+xml-compressed']);

export function isVectorType(mimeType: string | null): boolean {
  return mimeType !== null && VECTOR_TYPES.has(mimeType);
}

/** The MIME type of a file, by its first bytes; null when it is not a picture. */
export function typeOf(bytes: Uint8Array): string | null {
  return pictureType(bytes.subarray(0, PICTURE_HEAD_BYTES));
}
