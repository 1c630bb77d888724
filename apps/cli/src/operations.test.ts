import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, NoDeprecatedCustomRule, parse, specifiedRules, validate } from 'graphql';
import * as operations from './operations';

const schema = buildSchema(readFileSync(join(__dirname, '../../api/schema.graphql'), 'utf8'));

test.each(Object.entries(operations))('%s is valid, and uses nothing that is deprecated', (_name, text) => {
  expect(validate(schema, parse(text), [...specifiedRules, NoDeprecatedCustomRule])).toEqual([]);
});
