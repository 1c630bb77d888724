import { InvalidInputError, MAX_COLLECTION_NAME_LENGTH, MAX_IMAGE_ID_LENGTH } from '@wentu/domain';

/** Longest directory in characters. */
const MAX_DIRECTORY_LENGTH = 4_096;

/** @throws InvalidInputError */
export function checkImageId(imageId: string): void {
  check('imageId', imageId, MAX_IMAGE_ID_LENGTH);
}

/** @throws InvalidInputError */
export function checkCollectionName(name: string): void {
  check('collection name', name, MAX_COLLECTION_NAME_LENGTH);
}

/** @throws InvalidInputError */
export function checkDirectory(directory: string): void {
  check('directory', directory, MAX_DIRECTORY_LENGTH);
}

/**
 * Shortens a text to at most `length` UTF-16 code units and marks a cut with a final …. The result can be stored
 * unchanged in every database.
 */
export function cut(text: string, length: number): string {
  const storable = text.replaceAll('\0', '\uFFFD');
  if (storable.length <= length) return storable;
  // A surrogate pair is not split.
  return `${storable.slice(0, length - 1).replace(/\p{Surrogate}$/u, '')}…`;
}

function check(what: string, text: string, most: number): void {
  const shown = JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 60)}…`);
  if (text === '') throw new InvalidInputError(`the ${what} is empty; give 1 to ${most} characters`);
  // libsql returns a text only up to its first NUL, and half a surrogate pair as U+FFFD, so the text would change.
  if (/\0|\p{Surrogate}/u.test(text)) {
    throw new InvalidInputError(`the ${what} ${shown} contains a NUL or half a surrogate pair; remove it`);
  }
  const length = text.length <= most ? text.length : Array.from(text).length;
  if (length > most) {
    throw new InvalidInputError(`the ${what} ${shown} has ${length} characters; give at most ${most}`);
  }
}
