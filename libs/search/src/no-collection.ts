import { NotFoundError } from '@wentu/domain';

export function noCollection(name: string): NotFoundError {
  return new NotFoundError(`no collection ${JSON.stringify(name)}; the query "collections" lists those there are`);
}
