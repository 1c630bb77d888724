import { InvalidInputError, MAX_IMAGE_ID_LENGTH, normalName, sentence } from '@wentu/domain';

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
      sentence('UPLOAD_PATH_INVALID', { path: path.slice(0, 200), maxLength: MAX_IMAGE_ID_LENGTH }),
    );
  }
  return normal;
}

/** Checks an id of the sender, which may be any text. @returns the id in NFC */
export function checkUploadId(id: string): string {
  const normal = normalName(id);
  if (Array.from(normal).length > MAX_IMAGE_ID_LENGTH || normal.trim() === '' || /[\p{Cc}\p{Cs}\uFFFD]/u.test(normal)) {
    throw new InvalidInputError(sentence('IMAGE_ID_INVALID', { id: id.slice(0, 200), maxLength: MAX_IMAGE_ID_LENGTH }));
  }
  return normal;
}
