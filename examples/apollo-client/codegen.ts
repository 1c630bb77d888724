import type { CodegenConfig } from '@graphql-codegen/cli';

const address = `${process.env['VITE_WENTU_SERVER'] ?? 'http://127.0.0.1:4000'}/graphql`;
const key = process.env['VITE_WENTU_KEY'];

const config: CodegenConfig = {
  // The schema comes from the running server; a file such as apps/api/schema.graphql works too.
  schema: key ? { [address]: { headers: { authorization: `Bearer ${key}` } } } : address,
  documents: 'src/operations.ts',
  generates: { 'src/generated/': { preset: 'client', presetConfig: { fragmentMasking: false } } },
  config: { useTypeImports: true },
};
export default config;
