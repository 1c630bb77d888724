import assert from 'node:assert';

/** Name of the primary key's field. */
export const ID_FIELD = 'id';

/** The only filters there are; numbers are checked, so nothing else can get into them. */
export function idsIn(ids: readonly number[]): string {
  return `${ID_FIELD} in [${ids.map(literal).join(',')}]`;
}

/** Ids greater than `after`, and at most `last` if there is one. */
export function idsBetween(after: number, last?: number): string {
  const above = `${ID_FIELD} > ${literal(after)}`;
  return last === undefined ? above : `${above} && ${ID_FIELD} <= ${literal(last)}`;
}

function literal(value: number): string {
  assert(Number.isSafeInteger(value), `${value} is no safe integer`);
  return String(value);
}
