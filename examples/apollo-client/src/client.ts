import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { createClient } from 'graphql-ws';

export const SERVER: string = import.meta.env['VITE_WENTU_SERVER'] ?? 'http://127.0.0.1:4000';

const http = new HttpLink({ uri: `${SERVER}/graphql` });
const ws = new GraphQLWsLink(createClient({ url: `${SERVER.replace(/^http/, 'ws')}/graphql` }));

export const client = new ApolloClient({
  link: ApolloLink.split(({ operationType }) => operationType === 'subscription', ws, http),
  // The pages of one search are merged into one list.
  cache: new InMemoryCache({
    typePolicies: { Query: { fields: { search: relayStylePagination(['collection', 'query']) } } },
  }),
});
