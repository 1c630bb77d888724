import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';

import { sessionHeaders } from './session';

// Reconnects when the server is available again, without a limit. The socket is opened for the first subscription only.
const socket = createClient({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  retryAttempts: Infinity,
  shouldRetry: () => true,
});

export const client = new ApolloClient({
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(socket),
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
