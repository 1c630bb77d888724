import { IndexMismatchError, type Collection, type NewSpace } from '@wentu/domain';

/** Whether vectors of the two spaces can be compared, even if their models have different names. */
export function isSameSpace(one: NewSpace, other: NewSpace): boolean {
  return one.space === other.space && one.dimension === other.dimension;
}

/** Describes two different spaces for a message: by model name, and also by space identity if the names are equal. */
export function describeSpaces(one: NewSpace, other: NewSpace): [string, string] {
  const sameName = one.model === other.model;
  const describe = ({ model, space, dimension }: NewSpace): string =>
    `${model} embeddings (${dimension}-d${sameName ? `, space ${space}` : ''})`;
  return [describe(one), describe(other) + (sameName ? ', which is another model of the same name' : '')];
}

/** The error when no installed model makes embeddings of the collection. */
export function noModelFor({ name, activeSpace: { model, space, dimension } }: Collection): IndexMismatchError {
  // Features whose model was not installed have a space that is the name of the model.
  const isNamed = space === model;
  const holds = `${model} embeddings (${dimension}-d${isNamed ? '' : `, space ${space}`})`;
  const remedy = isNamed
    ? 'They were loaded as features of a model that was not installed then: install it (wentu model add), and load them into a new collection'
    : `Install the model ${model} that made them: wentu model add ${model}, or wentu model add FOLDER (wentu model list shows what is installed)`;
  return new IndexMismatchError(
    `collection ${JSON.stringify(name)} holds ${holds}, and no installed model makes those. ${remedy}, or load the pictures into a new collection`,
  );
}
