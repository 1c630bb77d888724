import { InvalidInputError, normalName, sentence, type CollectionReader } from '@wentu/domain';
import { findDefaultCollection } from '@wentu/search';

/** The largest number of entries in one answer. */
export const MAX_PAGE = 1_000;

/**
 * Checks a number in an argument; every argument has the same code and message.
 * @throws InvalidInputError when the number is out of its range
 */
export function checkCount(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidInputError(sentence('NUMBER_RANGE', { name, value, least, most }));
}

/** The name of the collection, in NFC. @param name null: the default collection (`findDefaultCollection`) */
export async function nameOrDefault(
  collections: Pick<CollectionReader, 'find' | 'list'>,
  name: string | null,
): Promise<string> {
  return name === null ? await findDefaultCollection(collections) : normalName(name);
}
