import { parseAddress } from '../logic/src/url-state';
import { client } from './client';
import { PAGE } from './components/page-size';
import { CollectionsDocument, FindDocument, ServerDocument } from './generated/operations';

/** Asks for what the address needs before anything is drawn; whoever asks for it later shares the answer. */
export function prefetch(): void {
  const { query, like, collection, view } = parseAddress(location.search);
  const ignore = (): void => undefined;
  client.query({ query: CollectionsDocument }).catch(ignore);
  client.query({ query: ServerDocument }).catch(ignore);
  if (view !== 'search' || collection === null || (query === '' && like === null)) return;
  const sought = like === null ? { text: query } : { imageId: like };
  client.query({ query: FindDocument, variables: { query: sought, collection, first: PAGE } }).catch(ignore);
}
