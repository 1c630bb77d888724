import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printSortedSchema } from './graphql/print-schema';
import { createSchema } from './graphql/schema';

writeFileSync(join(__dirname, '../schema.graphql'), printSortedSchema(createSchema()));
