import { ItemError, MAX_IMAGE_ID_LENGTH, normalName, sentence } from '@wentu/domain';

/** @returns the id in NFC. @throws ItemError BAD_ID */
export function checkImageId(id: string): string {
  const normal = normalName(id);
  if (normal.trim() === '') throw new ItemError('BAD_ID', sentence('ID_EMPTY'));
  const length = Array.from(normal).length;
  if (length > MAX_IMAGE_ID_LENGTH) {
    throw new ItemError(
      'BAD_ID',
      sentence('ID_TOO_LONG', { length, maxLength: MAX_IMAGE_ID_LENGTH, start: normal.slice(0, 60) }),
    );
  }
  if (/[\p{Cc}\p{Cs}\uFFFD]/u.test(normal)) throw new ItemError('BAD_ID', sentence('ID_CHARACTERS'));
  return normal;
}

/**
 * Keeps the first position of each id, to find duplicates. It stores 52 bits of a hash per id, about 40 bytes. Among a
 * hundred million ids, the chance that two different ids are reported as duplicates is 1 %.
 */
export class SeenIds {
  private readonly places = new Map<number, number>();

  /** @returns the number of the earlier item with this id; undefined when the id is new */
  add(id: string, item: number): number | undefined {
    const key = hash52(id);
    const before = this.places.get(key);
    if (before === undefined) this.places.set(key, item);
    return before;
  }
}

/** 52 bits of two mixed 32-bit hashes (FNV-1a and a multiplicative one). */
function hash52(text: string): number {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ (code + i), 0x85ebca6b);
    b ^= b >>> 13;
  }
  a ^= a >>> 15;
  b = Math.imul(b ^ (b >>> 16), 0xc2b2ae35);
  return (a >>> 0) * 2 ** 20 + ((b >>> 0) & 0xfffff);
}

/** Formats an id as in cn_clip's files: whole numbers without quotes, other ids as strings. */
export function idLiteral(id: string): string {
  return /^(0|-?[1-9]\d*)$/.test(id) ? id : JSON.stringify(id);
}
