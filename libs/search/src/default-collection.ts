import type { CollectionReader } from '@wentu/domain';

/** The collection of loads that name no collection. */
export const DEFAULT_COLLECTION = 'default';
/** The collection of the shipped pictures. */
export const SAMPLES_COLLECTION = 'samples';

/**
 * The collection of searches that name none: of the collections with images `default`, otherwise `samples`, otherwise
 * the first by name. If no collection has images, it is `default`. The page has the same rule (`pickCollection` in
 * apps/web/logic).
 */
export async function findDefaultCollection(collections: Pick<CollectionReader, 'find' | 'list'>): Promise<string> {
  // The usual case reads one row instead of all.
  const own = await collections.find(DEFAULT_COLLECTION);
  if (own && own.imageCount > 0) return own.name;
  const filled = (await collections.list()).filter(({ imageCount }) => imageCount > 0);
  const found = filled.find(({ name }) => name === SAMPLES_COLLECTION) ?? filled[0];
  return found?.name ?? DEFAULT_COLLECTION;
}
