import type { Collection } from '@wentu/domain';

/** What vectors have to share to be compared, and the name of the model that makes them. */
export type Space = Pick<Collection, 'model' | 'space' | 'dimension'>;

/** Two that differ, for a message: by their models' names, or where these are the same by what tells them apart. */
export function describeSpaces(one: Space, other: Space): [string, string] {
  const sameName = one.model === other.model;
  const describe = ({ model, space, dimension }: Space): string =>
    `${model} embeddings (${dimension}-d${sameName ? `, space ${space}` : ''})`;
  return [describe(one), describe(other) + (sameName ? ', which is another model of the same name' : '')];
}
