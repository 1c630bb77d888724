import { PICTURE_HEAD_BYTES, pictureType } from '@wentu/picture-format';

const VECTOR_TYPES = new Set(['image/svg+xml', 'image/svg+xml-compressed']);

export function isVectorType(mimeType: string | null): boolean {
  return mimeType !== null && VECTOR_TYPES.has(mimeType);
}

/** Of a file, by its bytes; null for what is no picture. */
export function typeOf(bytes: Uint8Array): string | null {
  return pictureType(bytes.subarray(0, PICTURE_HEAD_BYTES));
}
