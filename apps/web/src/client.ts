import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';

// Comes back when the server does, however long that takes; the socket is opened for the first subscription only.
const socket = createClient({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  retryAttempts: Infinity,
  shouldRetry: () => true,
});

export const client = new ApolloClient({
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(socket),
    new HttpLink({ uri: '/graphql' }),
  ),
  cache: new InMemoryCache({
    // One list for each search; asking for the next page adds to it.
    typePolicies: {
      Query: { fields: { search: relayStylePagination(['query', 'collection']) } },
      // What is listed and what is counted of a folder come one after the other.
      FolderListing: { merge: true },
    },
  }),
});
