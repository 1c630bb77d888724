// Generates the types of the page's operations from the schema of the API. It fails when an operation uses something
// that is deprecated. With --check it writes nothing and fails when the types are outdated.
import { readFileSync, writeFileSync } from 'node:fs';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildSchema, NoDeprecatedCustomRule, parse, validate } from 'graphql';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const FOLDER = new URL('src/generated/', import.meta.url);

/** The operations of a first visit. The documents of all others are loaded with the parts of the page that need them. */
const FIRST = new Set(
  ['Collections', 'CollectionsWithSamples', 'Server', 'WordsUnread', 'ModelState', 'OpenModel', 'Advice'].concat(
    ['Find', 'Recent', 'RecentLoads', 'HomeCollections', 'LastLoads', 'Fits', 'Tags'],
    ['LoadState', 'LoadProgress', 'LoadFolder', 'CancelLoad', 'CreateUpload', 'LoadUpload', 'DiscardUpload'],
  ),
);

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
const HEAD = "// Made by codegen.mjs from operations.graphql and the API's schema.\n";
const ANY_DOCUMENT = /^export const \w+Doc(ument)? = /;
const DOCUMENT = /^export const (\w+)Document = .* as unknown as DocumentNode<(\w+), (\w+)>;$/;
const lines = made.split('\n');
const files = {
  'operations.ts': `${HEAD}export * from './first-documents';\nexport * from './more-documents';\nexport * from './types';\n`,
  'types.ts': [
    HEAD.trimEnd(),
    ...lines.filter((line) => !ANY_DOCUMENT.test(line) && !line.includes('TypedDocumentNode as DocumentNode')),
  ].join('\n'),
  'first-documents.ts': documents((name) => FIRST.has(name)),
  'more-documents.ts': documents((name) => !FIRST.has(name)),
};
for (const [file, text] of Object.entries(files)) {
  if (!process.argv.includes('--check')) writeFileSync(new URL(file, FOLDER), text);
  else if (read(`src/generated/${file}`) !== text) {
    console.error(`apps/web/src/generated/${file} is outdated: run node apps/web/codegen.mjs`);
    process.exit(1);
  }
}

/** A module of the documents of operations. Fragments have none of their own. */
function documents(isIn) {
  const chosen = lines.map((line) => DOCUMENT.exec(line)).filter((found) => found !== null && isIn(found[1]));
  const types = chosen.flatMap(([, , ...names]) => names);
  return [
    `${HEAD}import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';`,
    `import type { ${types.join(', ')} } from './types';`,
    ...chosen.map(([line]) => line),
    '',
  ].join('\n');
}
