import type { NewSpace } from '@wentu/domain';

/** Whether vectors of both can be compared, whatever their models are called. */
export function isSameSpace(one: NewSpace, other: NewSpace): boolean {
  return one.space === other.space && one.dimension === other.dimension;
}

/** Two that differ, for a message: by their models' names, or where these are the same by what tells them apart. */
export function describeSpaces(one: NewSpace, other: NewSpace): [string, string] {
  const sameName = one.model === other.model;
  const describe = ({ model, space, dimension }: NewSpace): string =>
    `${model} embeddings (${dimension}-d${sameName ? `, space ${space}` : ''})`;
  return [describe(one), describe(other) + (sameName ? ', which is another model of the same name' : '')];
}
