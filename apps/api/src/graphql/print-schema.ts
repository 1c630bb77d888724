import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';

/** Prints the schema as it is committed: sorted, so that a diff shows only real changes. */
export function printSortedSchema(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
