import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, validate } from 'graphql';
import { EXAMPLE_OPERATIONS } from '../http/example-operations';
import { createSchema } from './schema';
import { printSortedSchema } from './print-schema';

test('schema.graphql is the schema that is served', () => {
  const committed = readFileSync(join(__dirname, '../../schema.graphql'), 'utf8');
  // When it differs on purpose: npx nx run api:schema
  expect(committed).toBe(printSortedSchema(createSchema()));
});

test.each(EXAMPLE_OPERATIONS)('an example of GraphiQL is valid: %s', (example) => {
  expect(validate(createSchema(), parse(example))).toEqual([]);
});
