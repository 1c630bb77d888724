import type { GraphQLInputObjectType, GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import {
  ImageCollectionResolver,
  LoadCollectionResolver,
  RepairCollectionResolver,
  SearchCollectionResolver,
} from './collection-nodes';
import { CollectionListResolver, ListResolver, LoadJobListResolver } from './connections';
import { LoadResolver } from './load-resolver';
import { NodeResolver } from './node-resolver';
import { SearchResolver } from './search-resolver';

/** Subscriptions bring streams of their own, read from the store: nothing is published inside the process. */
const NO_PUB_SUB = {
  publish(): never {
    throw new Error('nothing is published');
  },
  subscribe(): never {
    throw new Error('nothing is published');
  },
};

const ROOTS = {
  Query: 'What can be read. Queries change nothing.',
  Mutation: 'What can be changed.',
  Subscription: 'What can be watched, over WebSocket (graphql-ws).',
};

export function createSchema(): GraphQLSchema {
  // Arguments are checked where they are used, with messages that say what to do.
  const schema = buildSchemaSync({
    resolvers: [
      SearchResolver,
      LoadResolver,
      NodeResolver,
      ListResolver,
      CollectionListResolver,
      LoadJobListResolver,
      ImageCollectionResolver,
      SearchCollectionResolver,
      LoadCollectionResolver,
      RepairCollectionResolver,
    ],
    validate: false,
    pubSub: NO_PUB_SUB,
  });
  // type-graphql has no descriptions for these three types.
  for (const [name, description] of Object.entries(ROOTS)) Object.assign(schema.getType(name) ?? {}, { description });
  // Nor for this: graphql-js refuses inputs that have not exactly one of the fields.
  (schema.getType('SearchQuery') as GraphQLInputObjectType).isOneOf = true;
  return schema;
}
