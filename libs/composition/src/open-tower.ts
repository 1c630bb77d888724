import { IndexMismatchError, UnavailableError, WentuError, sentence, type ModelInfo } from '@wentu/domain';

/**
 * Another model may be installed under this name after the model was found and before it is opened.
 * @throws UnavailableError
 */
export function checkOpened(opened: ModelInfo, wanted: ModelInfo): void {
  if (opened.space === wanted.space && opened.dimension === wanted.dimension) return;
  throw new UnavailableError(sentence('MODEL_REPLACED', { model: wanted.name }));
}

/** A broken model counts as a missing one for the collections of its space. @returns the error that a search reports */
export function cannotOpen({ name }: ModelInfo, error: unknown): Error {
  if (!(error instanceof WentuError) || error.code !== 'INVALID_INPUT') return error as Error;
  const what = `the model ${name}, which makes the embeddings of this collection, cannot be used`;
  return new IndexMismatchError(`${what}: ${error.message}`, {
    cause: error,
    publicMessage: sentence('MODEL_BROKEN', { model: name }),
  });
}
