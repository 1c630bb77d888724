import { InvalidInputError, MAX_IMAGE_ID_LENGTH, normalName } from '@wentu/domain';

/**
 * Checks the path that a sender gives for a file. It is the id of the image, never a path on the server. @returns the
 * path in NFC
 */
export function checkUploadPath(path: string): string {
  const normal = normalName(path);
  const isBad = (name: string): boolean =>
    name === '' || name === '.' || name === '..' || /[\\\p{Cc}\p{Cs}\uFFFD]/u.test(name);
  if (Array.from(normal).length > MAX_IMAGE_ID_LENGTH || normal.trim() === '' || normal.split('/').some(isBad)) {
    throw new InvalidInputError(
      `${JSON.stringify(path.slice(0, 200))} cannot be the path of a picture; give at most ${MAX_IMAGE_ID_LENGTH} characters, ` +
        'relative, with / between folders',
    );
  }
  return normal;
}

/** Checks an id of the sender, which may be any text. @returns the id in NFC */
export function checkUploadId(id: string): string {
  const normal = normalName(id);
  if (Array.from(normal).length > MAX_IMAGE_ID_LENGTH || normal.trim() === '' || /[\p{Cc}\p{Cs}\uFFFD]/u.test(normal)) {
    throw new InvalidInputError(
      `${JSON.stringify(id.slice(0, 200))} cannot be the id of an image; give 1 to ${MAX_IMAGE_ID_LENGTH} characters without control characters`,
    );
  }
  return normal;
}
