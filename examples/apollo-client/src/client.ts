import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { createClient } from 'graphql-ws';

export const SERVER: string = import.meta.env['VITE_WENTU_SERVER'] ?? 'http://127.0.0.1:4000';

/** A server that other machines can reach needs a key. All who open this page can read it: give it the role `read`. */
const KEY: string | undefined = import.meta.env['VITE_WENTU_KEY'];
const headers: Record<string, string> = KEY ? { authorization: `Bearer ${KEY}` } : {};

const http = new HttpLink({ uri: `${SERVER}/graphql`, headers });
// A browser sends no headers with a WebSocket.
const ws = new GraphQLWsLink(
  createClient({ url: `${SERVER.replace(/^http/, 'ws')}/graphql`, connectionParams: headers }),
);

export const client = new ApolloClient({
  link: ApolloLink.split(({ operationType }) => operationType === 'subscription', ws, http),
  // The pages of one search are merged into one list.
  cache: new InMemoryCache({
    typePolicies: { Query: { fields: { search: relayStylePagination(['collection', 'query']) } } },
  }),
});
