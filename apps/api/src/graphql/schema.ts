import type { GraphQLInputObjectType, GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { CollectionListResolver, ListResolver, LoadJobListResolver } from './connections';
import { LoadResolver } from './load-resolver';
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

export function createSchema(): GraphQLSchema {
  // Arguments are checked where they are used, with messages that say what to do.
  const schema = buildSchemaSync({
    resolvers: [SearchResolver, LoadResolver, ListResolver, CollectionListResolver, LoadJobListResolver],
    validate: false,
    pubSub: NO_PUB_SUB,
  });
  // What type-graphql cannot say yet: graphql-js refuses inputs that have not exactly one of the fields.
  (schema.getType('SearchQuery') as GraphQLInputObjectType).isOneOf = true;
  return schema;
}
