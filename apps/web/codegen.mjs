// Generates the types of the page's operations from the schema of the API. It fails when an operation uses something
// that is deprecated. With --check it writes nothing and fails when the types are outdated.
import { readFileSync, writeFileSync } from 'node:fs';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildSchema, NoDeprecatedCustomRule, parse, validate } from 'graphql';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const OUTPUT = new URL('src/generated/operations.ts', import.meta.url);

const schemaAst = buildSchema(read('../api/schema.graphql'));
const document = parse(read('src/operations.graphql'));
const deprecated = validate(schemaAst, document, [NoDeprecatedCustomRule]);
if (deprecated.length > 0) {
  for (const { message, locations } of deprecated)
    console.error(`operations.graphql:${locations?.[0]?.line}: ${message}`);
  process.exit(1);
}
const made = await codegen({
  filename: 'operations.ts',
  schema: parse(read('../api/schema.graphql')),
  schemaAst,
  documents: [{ location: 'operations.graphql', document }],
  config: {
    scalars: { ID: 'string', DateTimeISO: 'string' },
    immutableTypes: true,
    avoidOptionals: { field: true },
    enumType: 'string-literal',
    useTypeImports: true,
    skipTypename: true,
    documentMode: 'documentNode',
    optimizeDocumentNode: true,
    dedupeFragments: true,
  },
  plugins: [{ operations: {} }, { typedDocumentNode: {} }],
  pluginMap: { operations, typedDocumentNode },
});
const text = `// Made by codegen.mjs from operations.graphql and the API's schema.\n${made}`;

if (!process.argv.includes('--check')) writeFileSync(OUTPUT, text);
else if (read('src/generated/operations.ts') !== text) {
  console.error('apps/web/src/generated/operations.ts is outdated: run node apps/web/codegen.mjs');
  process.exit(1);
}
