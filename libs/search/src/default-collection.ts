import type { CollectionReader } from '@wentu/domain';

/** Where loads go that name no collection. */
export const DEFAULT_COLLECTION = 'default';
/** Where the shipped pictures are. */
export const SAMPLES_COLLECTION = 'samples';

/**
 * Where to look when no collection is named: of those that hold pictures `default`, else `samples`, else the first by
 * name. When none holds any it is `default`. The page has the same rule (`pickCollection` in apps/web/logic).
 */
export async function findDefaultCollection(collections: Pick<CollectionReader, 'find' | 'list'>): Promise<string> {
  // One row instead of all: it is the usual case.
  const own = await collections.find(DEFAULT_COLLECTION);
  if (own && own.imageCount > 0) return own.name;
  const filled = (await collections.list()).filter(({ imageCount }) => imageCount > 0);
  const found = filled.find(({ name }) => name === SAMPLES_COLLECTION) ?? filled[0];
  return found?.name ?? DEFAULT_COLLECTION;
}
