import assert from 'node:assert';
import type { Filter, FilterValue } from '@wentu/domain';

/** The JSON field with the attributes of a point. */
export const ATTRIBUTES_FIELD = 'attributes';

/**
 * The boolean expression of Milvus for a filter. `not` stands at single conditions only, beside a test whether the
 * point has the key: some servers give null, not false, for a comparison with a key that is not there. Texts are
 * compared byte by byte; `like` is not used, because its wildcards cannot be escaped on every server.
 */
export function expressionOf(filter: Filter, isNegated = false): string {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      // The negation of all is the negation of any, and the other way round.
      const operator = (filter.kind === 'and') === isNegated ? '||' : '&&';
      return `(${filter.filters.map((one) => expressionOf(one, isNegated)).join(` ${operator} `)})`;
    }
    case 'not':
      return expressionOf(filter.filter, !isNegated);
    case 'exists':
      return isNegated ? `(not (exists ${keyOf(filter.attribute)}))` : `(exists ${keyOf(filter.attribute)})`;
    default: {
      const condition = conditionOf(filter);
      return isNegated ? `(not (exists ${keyOf(filter.attribute)}) || not ${condition})` : condition;
    }
  }
}

function conditionOf(filter: Exclude<Filter, { kind: 'and' | 'or' | 'not' | 'exists' }>): string {
  const key = keyOf(filter.attribute);
  switch (filter.kind) {
    case 'equal':
      return equal(filter.attribute, filter.value);
    case 'oneOf':
      return `(${filter.values.map((value) => equal(filter.attribute, value)).join(' || ')})`;
    case 'range': {
      const ends = [
        ...(filter.from === undefined ? [] : [`${key} >= ${literal(filter.from)}`]),
        ...(filter.to === undefined ? [] : [`${key} <= ${literal(filter.to)}`]),
      ];
      return `(${ends.join(' && ')})`;
    }
    case 'inFolder': {
      // '0' follows '/' in every encoding.
      const [first, end] = [literal(`${filter.folder}/`), literal(`${filter.folder}0`)];
      return `(${equal(filter.attribute, filter.folder)} || (${key} >= ${first} && ${key} < ${end}))`;
    }
  }
}

/** A list of strings is equal to each of its strings. */
function equal(attribute: string, value: FilterValue): string {
  const [key, wanted] = [keyOf(attribute), literal(value)];
  if (typeof value !== 'string') return `(${key} == ${wanted})`;
  return `(${key} == ${wanted} || json_contains(${key}, ${wanted}))`;
}

function keyOf(attribute: string): string {
  return `${ATTRIBUTES_FIELD}[${literal(attribute)}]`;
}

/** Only checked literals get into an expression, so there is no injection. */
function literal(value: FilterValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  assert(typeof value === 'boolean' || Number.isFinite(value), `${value} is not finite`);
  return String(value);
}
