import { checkGiven, InvalidInputError, ItemError, parseGivenJson, type GivenAttributes } from '@wentu/domain';

/** @throws ItemError BAD_ATTRIBUTES */
export function parseGiven(text: string, owner: string): GivenAttributes | undefined {
  return asItemError(() => parseGivenJson(text, owner));
}

/** @throws ItemError BAD_ATTRIBUTES */
export function checkedGiven(given: GivenAttributes, owner: string): GivenAttributes {
  return asItemError(() => checkGiven(given, owner));
}

function asItemError<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new ItemError('BAD_ATTRIBUTES', error.message, { cause: error });
  }
}
