import { parseAddress } from '../logic/src/url-state';
import { client } from './client';
import { PAGE } from './components/page-size';
import { CollectionsDocument, FindDocument, ServerDocument } from './generated/operations';

/** Requests the data of the address before the page is drawn. Later requests of the components share the answer. */
export function prefetch(): void {
  const { query, like, collection, view } = parseAddress(location.search);
  const ignore = (): void => undefined;
  client.query({ query: CollectionsDocument }).catch(ignore);
  client.query({ query: ServerDocument }).catch(ignore);
  if (view !== 'search' || collection === null || (query === '' && like === null)) return;
  const search = like === null ? { text: query } : { imageId: like };
  client.query({ query: FindDocument, variables: { query: search, collection, first: PAGE } }).catch(ignore);
}
