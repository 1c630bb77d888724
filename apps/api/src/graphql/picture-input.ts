import { InvalidInputError } from '@wentu/domain';

const DATA_URL = /^\s*data:([^,;]*)((?:;[^,;]*)*),/i;
const ADVICE = 'give the bytes of a picture file in base64, or a data URL such as data:image/jpeg;base64,…';
const MAX_HEAD = 512;

/** Decodes a picture from base64 or a data URL. @throws InvalidInputError that names the fault */
export function parsePicture(text: string): Buffer {
  const [head, type = '', parameters = ''] = DATA_URL.exec(text.slice(0, MAX_HEAD)) ?? [];
  if (head === undefined && /^\s*data:/i.test(text))
    throw new InvalidInputError(`the data URL has no comma after its media type; ${ADVICE}`);
  if (head === undefined) return decodeBase64(text);
  if (!/;\s*base64\s*$/i.test(parameters)) throw new InvalidInputError(`the data URL is not in base64; ${ADVICE}`);
  // Browsers do not know the media types of all pictures, so unknown types are accepted.
  if (!/^\s*(image\/.+|application\/octet-stream|)\s*$/i.test(type))
    throw new InvalidInputError(
      `the data URL is of ${JSON.stringify(type.slice(0, 100))}, which is not a picture; ${ADVICE}`,
    );
  const data = text.slice(head.length);
  return decodeBase64(data.includes('%') ? unescapePercent(data) : data);
}

/** Node's own decoder skips invalid characters, so a damaged picture would become another one. */
function decodeBase64(text: string): Buffer {
  if (text === '') throw new InvalidInputError(`the picture is empty; ${ADVICE}`);
  const bytes = Buffer.from(text, 'base64');
  const length = text.length - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
  // The length shows that no character was skipped.
  if (length % 4 !== 1 && bytes.length === Math.floor((length * 3) / 4)) return bytes;
  const base64 = text.replace(/\s+/g, '');
  if (base64 !== text) return decodeBase64(base64);
  const bad = /[^A-Za-z0-9+/_=-]|=(?!=?$)/.exec(text);
  if (bad) {
    throw new InvalidInputError(
      `the picture is not base64: it has ${JSON.stringify(bad[0])} at position ${bad.index + 1}; ${ADVICE}`,
    );
  }
  throw new InvalidInputError(`the picture's base64 was cut off: it has ${text.length} characters; ${ADVICE}`);
}

function unescapePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new InvalidInputError(`the data URL has a % without two hex digits; ${ADVICE}`, { cause: error });
  }
}
