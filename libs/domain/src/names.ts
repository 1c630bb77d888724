import { NotFoundError } from './errors';

/** Names of collections and ids of images as they are stored and compared: in NFC, however a caller spells them. */
export function normalName(name: string): string {
  return name.normalize('NFC');
}

export function noCollection(name: string): NotFoundError {
  return new NotFoundError(`no collection ${JSON.stringify(name)}; the query "collections" lists those there are`);
}

export function noImage(imageId: string, collection: string): NotFoundError {
  return new NotFoundError(`no image ${JSON.stringify(imageId)} in collection ${JSON.stringify(collection)}`);
}

/** @param id as the caller gave it */
export function noLoad(id: string | number): NotFoundError {
  const given = typeof id === 'number' ? String(id) : JSON.stringify(id.slice(0, 64));
  return new NotFoundError(`no load job ${given}; the query "loadJobs" lists those that are kept`);
}
