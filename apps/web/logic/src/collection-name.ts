/** The longest name of a collection, in characters (code points). */
export const MAX_NAME_LENGTH = 128;

/** Names of folders that say nothing about the pictures in them. */
const VAGUE = /^(dcim|pictures|photos|images|img|camera|\d{3}[a-z_]{5}|图片|照片|相片)$/i;

/**
 * The name of a collection for the pictures of a folder: the name of the folder, and before it that of the folder above
 * if it alone says nothing. Characters that a name cannot have are left out.
 * @returns an empty text if nothing is left, as for `/`
 */
export function nameOfFolder(path: string): string {
  const names = path
    .split(/[/\\]/)
    .map(validName)
    .filter((name) => name !== '' && !/^[a-z]:$/i.test(name));
  const [last = '', above = ''] = names.reverse();
  return VAGUE.test(last) && above !== '' && !VAGUE.test(above) ? validName(`${above} ${last}`) : last;
}

/** NFC, without control characters, invisible characters, and spaces at the ends; at most 128 characters. */
export function validName(text: string): string {
  const visible = text.normalize('NFC').replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, '');
  return [...visible.trim()].slice(0, MAX_NAME_LENGTH).join('').trim();
}

/** The folder that all files are in, as dropped or chosen; null if there is none. */
export function commonFolder(files: readonly { readonly path: string }[]): string | null {
  const tops = new Set(files.map(({ path }) => (path.includes('/') ? (path.split('/')[0] ?? '') : '')));
  const [top] = tops;
  return tops.size === 1 && top ? top : null;
}
