import type { GraphQLInputObjectType, GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { AttributeResolver } from './attribute-resolver';
import {
  ImageCollectionResolver,
  LoadCollectionResolver,
  RepairCollectionResolver,
  SearchCollectionResolver,
} from './collection-nodes';
import { CollectionListResolver, ListResolver, LoadJobListResolver } from './connections';
import { DuplicateResolver } from './duplicate-resolver';
import { FacetResolver } from './facet-resolver';
import { KeyResolver } from './key-resolver';
import { LoadResolver } from './load-resolver';
import { ModelResolver } from './model-resolver';
import { NodeResolver } from './node-resolver';
import { PutResolver } from './put-resolver';
import { SearchResolver } from './search-resolver';
import { SourceResolver } from './source-resolver';
import { SpaceResolver } from './space-resolver';

/** type-graphql requires a publisher. Subscriptions read their own streams from the store, so it is never used. */
const NO_PUB_SUB = {
  publish(): never {
    throw new Error('subscriptions use no publisher');
  },
  subscribe(): never {
    throw new Error('subscriptions use no publisher');
  },
};

const ROOTS = {
  Query: 'What can be read. Queries change nothing.',
  Mutation: 'What can be changed.',
  Subscription: 'What can be watched, over WebSocket (graphql-ws).',
};

export function createSchema(): GraphQLSchema {
  // Use cases check the arguments, with messages that contain a remedy.
  const schema = buildSchemaSync({
    resolvers: [
      SearchResolver,
      LoadResolver,
      PutResolver,
      AttributeResolver,
      ModelResolver,
      NodeResolver,
      ListResolver,
      CollectionListResolver,
      LoadJobListResolver,
      ImageCollectionResolver,
      SearchCollectionResolver,
      LoadCollectionResolver,
      RepairCollectionResolver,
      SpaceResolver,
      SourceResolver,
      DuplicateResolver,
      FacetResolver,
      KeyResolver,
    ],
    validate: false,
    pubSub: NO_PUB_SUB,
  });
  // type-graphql has no option for descriptions of these three types.
  for (const [name, description] of Object.entries(ROOTS)) Object.assign(schema.getType(name) ?? {}, { description });
  // type-graphql has no option for this either: graphql-js accepts only inputs with exactly one of the fields.
  (schema.getType('SearchQuery') as GraphQLInputObjectType).isOneOf = true;
  return schema;
}
