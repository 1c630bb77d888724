import { isPictureName } from '@wentu/picture-format';

/** The usual extension of a format whose files have names that say something else, or nothing. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/svg+xml': 'svg',
  'image/svg+xml-compressed': 'svgz',
  'image/tiff': 'tif',
  'image/vnd.adobe.photoshop': 'psd',
};

/** The longest name in UTF-8 that all usual file systems take, with room for a number. */
const MAX_BYTES = 200;
/** A longer one counts as a part of the name. */
const MAX_EXTENSION = 12;

/** Names that Windows keeps for devices, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$/i;
/** Signs that Windows refuses, control characters, and those that change the direction of what follows. */
// eslint-disable-next-line no-control-regex
const REFUSED = /[<>:"/\\|?*\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A file name for a downloaded picture, which every usual system can store: without a folder, in NFC, at most 200 bytes
 * of UTF-8, and with an extension.
 * @param imageId the id of the image in its collection: a path, or any text
 */
export function safeFileName(imageId: string, mimeType: string): string {
  const name = imageId.slice(imageId.lastIndexOf('/') + 1);
  const { stem, extension } = partsOf(name);
  // Any other name gets a second extension: an id may be `a.html` or `a.exe`, and a system opens or runs a file by it.
  if (extension !== null && isPictureName(name)) return joined(stem, extension);
  // Without a type it is the name of a zip file, which gets its extension later.
  return joined(name, EXTENSIONS[mimeType] ?? mimeType.replace(/^image\/(x-\w+-)?/, '').replace(/\W.*$/, ''));
}

/** Gives each name once: a second `a.jpg` is `a (2).jpg`. Names that differ only in case count as equal. */
export class UniqueNames {
  private readonly taken = new Map<string, number>();

  add(name: string): string {
    for (let count = (this.taken.get(keyOf(name)) ?? 0) + 1; ; count++) {
      const { stem, extension } = partsOf(name);
      const numbered = count === 1 ? name : `${stem} (${count})${extension === null ? '' : `.${extension}`}`;
      if (count > 1 && this.taken.has(keyOf(numbered))) continue;
      this.taken.set(keyOf(name), count);
      if (count > 1) this.taken.set(keyOf(numbered), 1);
      return numbered;
    }
  }
}

const keyOf = (name: string): string => name.toLowerCase();

function partsOf(name: string): { readonly stem: string; readonly extension: string | null } {
  const found = /^(.+)\.([A-Za-z0-9]+)$/s.exec(name);
  const [, stem = name, extension = ''] = found ?? [];
  return found && extension.length <= MAX_EXTENSION ? { stem, extension } : { stem: name, extension: null };
}

function joined(stem: string, extension: string): string {
  const end = extension === '' ? '' : `.${extension}`;
  let safe = cut(
    stem
      .normalize('NFC')
      .replace(REFUSED, '_')
      .replace(/\p{Cs}/gu, '_'),
    MAX_BYTES - end.length,
  )
    // A leading dot hides a file, and Windows removes dots and spaces at the end.
    .replace(/^[.\s]+/, '')
    .replace(/[.\s]+$/, '');
  if (safe === '') safe = '_';
  // Windows looks at the part before the first dot.
  if (RESERVED.test(safe.split('.')[0]?.trimEnd() ?? '')) safe = `_${safe}`;
  return safe + end;
}

/** The longest beginning that has at most so many bytes of UTF-8, without half a character. */
function cut(text: string, bytes: number): string {
  let [length, used] = [0, 0];
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    length += character.length;
  }
  return text.slice(0, length);
}
