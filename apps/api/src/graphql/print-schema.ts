import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';

/** As it is committed: sorted, so that a change shows as what it is. */
export function printSortedSchema(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
