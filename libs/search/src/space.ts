import { IndexMismatchError, sentence, type Collection, type NewSpace } from '@wentu/domain';

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
    ? 'They were loaded as features of a model that was not installed then. Install it (installModel, or wentu model add) and load them into a new collection'
    : `Install the model ${model} (on the page, or by installModel, or wentu model add)`;
  return new IndexMismatchError(sentence('MODEL_MISSING', { collection: name, holds, remedy }));
}
