import assert from 'node:assert';

/** Name of the primary key field. */
export const ID_FIELD = 'id';

/** All filters are built here. Only checked numbers get into a filter, so there is no injection. */
export function idsIn(ids: readonly number[]): string {
  return `${ID_FIELD} in [${ids.map(literal).join(',')}]`;
}

/** Ids greater than `after`; with `last`, also at most `last`. */
export function idsBetween(after: number, last?: number): string {
  const above = `${ID_FIELD} > ${literal(after)}`;
  return last === undefined ? above : `${above} && ${ID_FIELD} <= ${literal(last)}`;
}

function literal(value: number): string {
  assert(Number.isSafeInteger(value), `${value} is not a safe integer`);
  return String(value);
}
