import { sentence } from './sentence';
import { NotFoundError } from './errors';

/**
 * The form in which names of collections and ids of images are stored and compared: NFC, whatever form the caller uses.
 */
export function normalName(name: string): string {
  return name.normalize('NFC');
}

export function noCollection(name: string): NotFoundError {
  return new NotFoundError(sentence('NO_COLLECTION', { name }));
}

export function noImage(imageId: string, collection: string): NotFoundError {
  return new NotFoundError(sentence('NO_IMAGE', { image: imageId, collection }));
}

/** @param id as the caller wrote it */
export function noLoad(id: string | number): NotFoundError {
  const given = typeof id === 'number' ? String(id) : JSON.stringify(id.slice(0, 64));
  return new NotFoundError(sentence('NO_LOAD', { id: given }));
}
