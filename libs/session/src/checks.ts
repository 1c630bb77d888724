import { InvalidInputError, normalName, type CollectionReader } from '@wentu/domain';
import { findDefaultCollection } from '@wentu/search';

/** Most entries of a list in one answer. */
export const MAX_PAGE = 1_000;

/** A number in an argument. @throws InvalidInputError: one code and one sentence for every argument out of its range */
export function checkCount(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidInputError(`${name} is ${value}; give a whole number from ${least} to ${most}`);
}

/** Ids go outside as strings; ours are safe integers. @returns null for what is no id of ours */
export function parseId(id: string): number | null {
  return /^[1-9]\d{0,15}$/.test(id) ? Number(id) : null;
}

/** The name of the collection that is meant, in NFC. @param name null: the one that is searched when none is named */
export async function nameOrDefault(
  collections: Pick<CollectionReader, 'find' | 'list'>,
  name: string | null,
): Promise<string> {
  return name === null ? await findDefaultCollection(collections) : normalName(name);
}
