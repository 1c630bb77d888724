import { createHash } from 'node:crypto';

/** What texts are compared by: the same on every database, whatever its collation does to case, accents and spaces. */
export function textKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
