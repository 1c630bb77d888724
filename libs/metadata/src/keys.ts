import { createHash } from 'node:crypto';
import type { NewSpace } from '@wentu/domain';

/** What texts are compared by: the same on every database, whatever its collation does to case, accents and spaces. */
export function textKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What embedding spaces are compared by. */
export function spaceKey({ model, space, dimension }: NewSpace): string {
  return textKey(JSON.stringify([model, space, dimension]));
}
