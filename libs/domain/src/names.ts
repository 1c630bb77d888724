import { NotFoundError } from './errors';

/**
 * The form in which names of collections and ids of images are stored and compared: NFC, whatever form the caller uses.
 */
export function normalName(name: string): string {
  return name.normalize('NFC');
}

export function noCollection(name: string): NotFoundError {
  return new NotFoundError(`no collection ${JSON.stringify(name)}; the query "collections" lists the collections`);
}

export function noImage(imageId: string, collection: string): NotFoundError {
  return new NotFoundError(`no image ${JSON.stringify(imageId)} in collection ${JSON.stringify(collection)}`);
}

/** @param id as the caller wrote it */
export function noLoad(id: string | number): NotFoundError {
  const given = typeof id === 'number' ? String(id) : JSON.stringify(id.slice(0, 64));
  return new NotFoundError(`no load job ${given}; the query "loadJobs" lists the stored jobs`);
}
