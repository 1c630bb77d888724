import 'reflect-metadata';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NoDeprecatedCustomRule, parse, specifiedRules, validate } from 'graphql';
import { EXAMPLE_OPERATIONS } from '../http/example-operations';
import { createSchema } from './schema';

const ROOT = join(__dirname, '../../../..');
const schema = createSchema();
const kindOf = new Map(
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
    Object.keys(type?.getFields() ?? {}).map((field) => [field, type?.name.toLowerCase() ?? ''] as const),
  ),
);

/** Finds the value of the property `query` in JSON, also if a shell escapes it again. */
const IN_JSON = /"query": ("(?:\\\\"|\\.|[^"\\])*")/g;
const FENCED = /^```graphql\n([^]*?)^```$/gm;
/** Finds the operations of the React example. */
const TAGGED = /graphql\(`([^`]*)`\)/g;
const INLINE = /`((\w+)(?:\([^`\n]*\))? \{[^`\n]*|(\w+)\([^`\n]*)`/g;

/** Finds the GraphQL documents in a page or a program, and fills in placeholders. */
function documentsIn(text: string): string[] {
  const inJson = [...text.matchAll(IN_JSON)].map(
    ([, json = '']) => JSON.parse(json.replaceAll('\\\\"', '\\"')) as string,
  );
  const whole = [...text.matchAll(FENCED), ...text.matchAll(TAGGED)].map(([, document = '']) => document);
  const inline = [...text.matchAll(INLINE)].flatMap(([, code = '', first, second]) => {
    const kind = kindOf.get(first ?? second ?? '');
    return kind === undefined ? [] : [`${kind} { ${code.replaceAll('…', '"1"').replace('after: ID', 'after: "1"')} }`];
  });
  return [...inJson, ...whole, ...inline];
}

const pages = ['.', 'docs', 'examples']
  .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)))
  // Operations with the fields of an older API.
  .filter((path) => path.endsWith('.md') && path !== 'CHANGELOG.md');
const files = [...pages, 'examples/apollo-client/src/operations.ts'];
const documents = files.flatMap((path) =>
  documentsIn(readFileSync(join(ROOT, path), 'utf8')).map((document) => [path, document] as const),
);

test('finds the operations in every kind of file', () => {
  const count = (path: string): number => documents.filter(([each]) => each === path).length;
  expect(count('docs/api.md')).toBeGreaterThan(20);
  expect(count('docs/api.zh-CN.md')).toBe(count('docs/api.md'));
  expect(count('README.md')).toBeGreaterThan(1);
  expect(count('examples/curl.md')).toBeGreaterThan(15);
  expect(count('examples/apollo-client/src/operations.ts')).toBe(4);
});

test.each([...documents, ...EXAMPLE_OPERATIONS.map((text) => ['GraphiQL', text] as const)])(
  'an operation in %s is valid and uses nothing deprecated: %s',
  (_path, text) => {
    // A document may contain an operation together with its fragments.
    expect(validate(schema, parse(text), [...specifiedRules, NoDeprecatedCustomRule])).toEqual([]);
  },
);
