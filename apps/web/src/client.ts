import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { from, mergeMap } from 'rxjs';

import { sessionHeaders } from './session';

/** Most visits have no subscription, so the socket is loaded on demand. Without it, loads are polled. */
const subscriptions = new ApolloLink((operation) =>
  from(import('./socket')).pipe(mergeMap(({ socketLink }) => socketLink.request(operation))),
);

export const client = new ApolloClient({
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    subscriptions,
    new HttpLink({ uri: '/graphql', headers: sessionHeaders }),
  ),
  cache: new InMemoryCache({
    // Each search has one list, and the next page is appended to it.
    typePolicies: {
      Query: {
        fields: {
          auditLog: relayStylePagination(),
          duplicates: relayStylePagination(['collection']),
          search: relayStylePagination([
            'query',
            'collection',
            'everywhere',
            'filter',
            'datesInWords',
            'collapse',
            'match',
          ]),
        },
      },
      // The entries of a folder and its picture count arrive one after the other.
      FolderListing: { merge: true },
      Collection: {
        fields: {
          keptOutImages: relayStylePagination(),
        },
      },
    },
  }),
});
