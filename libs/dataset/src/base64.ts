import { ItemError, sentence } from '@wentu/domain';

/**
 * Decodes standard or url-safe base64 (RFC 4648), with or without padding. Node's own decoder skips invalid characters,
 * so a damaged picture would become another one.
 * @throws ItemError BAD_BASE64
 */
export function decodeBase64(text: Buffer): Buffer {
  let end = text.length;
  while (end > 0 && end > text.length - 2 && text[end - 1] === PAD) end--;
  const padding = text.length - end;
  if (end % 4 === 1 || (padding > 0 && text.length % 4 !== 0)) {
    checkAlphabet(text, end);
    throw new ItemError('BAD_BASE64', sentence('BASE64_CUT', { length: text.length }));
  }
  const bytes = Buffer.from(text.toString('latin1', 0, end), 'base64');
  // Node skips invalid characters, so the result is shorter when there are some.
  if (bytes.length !== Math.floor((end * 3) / 4)) checkAlphabet(text, end);
  return bytes;
}

function checkAlphabet(text: Buffer, end: number): void {
  for (let i = 0; i < end; i++) {
    if (!ALPHABET[text[i] as number]) {
      throw new ItemError(
        'BAD_BASE64',
        sentence('BASE64_CHARACTER', { character: printable(text[i] as number), position: i + 1 }),
      );
    }
  }
}

const PAD = 0x3d;
const ALPHABET = new Uint8Array(256);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')
  ALPHABET[char.charCodeAt(0)] = 1;

function printable(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : `byte 0x${byte.toString(16).padStart(2, '0')}`;
}
