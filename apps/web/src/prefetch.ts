import { parseAddress } from '../logic/src/url-state';
import { client } from './client';
import { findVariables } from './find-variables';
import { CollectionsDocument, FindDocument, ServerDocument } from './generated/operations';

/** Requests the data of the address before the page is drawn. Later requests of the components share the answer. */
export function prefetch(): void {
  const { query, like, everywhere, view, ...scope } = parseAddress(location.search);
  const { collection } = scope;
  const ignore = (): void => undefined;
  client.query({ query: CollectionsDocument }).catch(ignore);
  client.query({ query: ServerDocument }).catch(ignore);
  if (view !== 'search' || (collection === null && !everywhere) || (query === '' && like === null)) return;
  const search = like === null ? { text: query } : { imageId: like };
  client.query({ query: FindDocument, variables: findVariables(search, scope) }).catch(ignore);
}
