import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { LoadResolver } from './load-resolver';
import { SearchResolver } from './search-resolver';

export function createSchema(): GraphQLSchema {
  // Arguments are checked where they are used, with messages that say what to do.
  return buildSchemaSync({ resolvers: [SearchResolver, LoadResolver], validate: false });
}
