import {
  InvalidInputError,
  LimitExceededError,
  noCollection,
  sentence,
  type Collection,
  type CollectionReader,
} from '@wentu/domain';

/**
 * Several collections by name, or all that have images.
 * `among`: the ids of the only collections that a cursor may name. Clients can write cursors of their own.
 */
export type SearchScope =
  { readonly names: readonly string[]; readonly among?: ReadonlySet<number> } | { readonly everywhere: true };

/** Largest number of collections in one search. */
export const MAX_SEARCHED_COLLECTIONS = 64;

/** The collections of a scope, by name. @throws InvalidInputError, NotFoundError, LimitExceededError */
export async function collectionsIn(
  collections: Pick<CollectionReader, 'list' | 'find'>,
  scope: SearchScope,
): Promise<Collection[]> {
  return 'everywhere' in scope ? await filled(collections) : await named(collections, scope.names);
}

/** Identifies a scope in the digest of a cursor. */
export function scopeKey(scope: SearchScope): unknown {
  return 'everywhere' in scope ? 'everywhere' : [...new Set(scope.names)].sort();
}

async function filled(collections: Pick<CollectionReader, 'list'>): Promise<Collection[]> {
  const found = (await collections.list()).filter(({ imageCount }) => imageCount > 0);
  if (found.length <= MAX_SEARCHED_COLLECTIONS) return found;
  throw new LimitExceededError(
    sentence('TOO_MANY_COLLECTIONS', { count: found.length, max: MAX_SEARCHED_COLLECTIONS }),
  );
}

async function named(collections: Pick<CollectionReader, 'find'>, names: readonly string[]): Promise<Collection[]> {
  const unique = [...new Set(names)].sort();
  if (unique.length < 1 || unique.length > MAX_SEARCHED_COLLECTIONS)
    throw new InvalidInputError(
      `collections has ${unique.length} names; give 1 to ${MAX_SEARCHED_COLLECTIONS}, or everywhere: true for all collections`,
    );
  const found: Collection[] = [];
  for (const name of unique) {
    const collection = await collections.find(name);
    if (!collection) throw noCollection(name);
    found.push(collection);
  }
  return found;
}
