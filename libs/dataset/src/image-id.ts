import { ItemError, MAX_IMAGE_ID_LENGTH } from '@wentu/domain';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text, or undefined when the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The id in NFC. @throws ItemError BAD_ID */
export function checkImageId(text: string | undefined): string {
  if (text === undefined) throw new ItemError('BAD_ID', 'the id is not valid UTF-8');
  if (text === '') throw new ItemError('BAD_ID', 'the id is empty');
  if (/\p{Surrogate}/u.test(text)) throw new ItemError('BAD_ID', 'the id holds half a surrogate pair');
  const id = text.normalize('NFC');
  const length = id.length <= MAX_IMAGE_ID_LENGTH ? id.length : [...id].length;
  if (length > MAX_IMAGE_ID_LENGTH) {
    const start = [...id].slice(0, 40).join('');
    throw new ItemError(
      'BAD_ID',
      `the id '${start}…' has ${length} characters; at most ${MAX_IMAGE_ID_LENGTH} are kept`,
    );
  }
  return id;
}
