import { IndexMismatchError, UnavailableError, WentuError, type ModelInfo } from '@wentu/domain';

/** Between looking for a model and opening it, another one may be installed in its place. @throws UnavailableError */
export function checkOpened(opened: ModelInfo, wanted: ModelInfo): void {
  if (opened.space === wanted.space && opened.dimension === wanted.dimension) return;
  throw new UnavailableError(`the model ${wanted.name} was replaced while it was being opened; try again`);
}

/** A model that was found and turns out to be broken is as good as none for the collections of its space. */
export function cannotOpen({ name }: ModelInfo, error: unknown): Error {
  if (!(error instanceof WentuError) || error.code !== 'INVALID_INPUT') return error as Error;
  const what = `the model ${name}, which makes the embeddings of this collection, cannot be used`;
  return new IndexMismatchError(`${what}: ${error.message}`, {
    cause: error,
    publicMessage: `${what}; remove it and install it again (wentu model verify ${name} shows what is wrong with it)`,
  });
}
