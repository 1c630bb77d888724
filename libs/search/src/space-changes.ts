import { ConflictError, sentence, type Collection } from '@wentu/domain';
import { SpaceDropped } from './ranked-search';

/** A search whose space is dropped meanwhile is repeated in the new space, as if it had begun now. */
export async function whileSpacesChange<T>(search: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await search();
    } catch (error) {
      // Each repetition needs another change of the model, so the loop ends.
      if (!(error instanceof SpaceDropped)) throw error;
    }
  }
}

/** The error for a cursor whose space is being dropped. */
export function noSpaceOf({ name, activeSpace: { model } }: Collection): ConflictError {
  return new ConflictError(sentence('MODEL_CHANGED', { collection: name, model }));
}
