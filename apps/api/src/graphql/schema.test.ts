import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSchema } from './schema';
import { printSortedSchema } from './print-schema';

test('schema.graphql is the schema that is served', () => {
  const committed = readFileSync(join(__dirname, '../../schema.graphql'), 'utf8');
  // After an intended change run: npx nx run api:schema
  expect(committed).toBe(printSortedSchema(createSchema()));
});
