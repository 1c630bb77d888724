import { ItemError } from '@wentu/domain';

const STANDARD = /^[A-Za-z0-9+/]*={0,2}$/;
const URL_SAFE = /^[A-Za-z0-9_-]*={0,2}$/;

/** Decodes standard and url-safe base64, padded or not. Buffer.from passes over what it does not know: look first. @throws ItemError BAD_BASE64 */
export function decodeBase64(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').trim();
  const isStandard = STANDARD.test(text);
  if (!isStandard && !URL_SAFE.test(text)) {
    throw new ItemError(
      'BAD_BASE64',
      `the picture is no base64: ${JSON.stringify(text.slice(0, 24))}… has other characters`,
    );
  }
  const digits = text.replace(/=+$/, '').length;
  if (digits % 4 === 1 || (text.length !== digits && text.length % 4 !== 0)) {
    throw new ItemError(
      'BAD_BASE64',
      `the picture is no base64: ${text.length} characters cannot be; the row may have been cut`,
    );
  }
  return Buffer.from(text, isStandard ? 'base64' : 'base64url');
}
