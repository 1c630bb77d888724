import { createHash } from 'node:crypto';
import type { NewSpace } from '@wentu/domain';

/** Key to compare texts: equal on every database, whatever its collation does with case, accents and spaces. */
export function textKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Key to compare embedding spaces. */
export function spaceKey({ model, space, dimension }: NewSpace): string {
  return textKey(JSON.stringify([model, space, dimension]));
}
