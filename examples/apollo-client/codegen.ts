import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  // The schema comes from the running server; a file such as apps/api/schema.graphql works too.
  schema: `${process.env['VITE_WENTU_SERVER'] ?? 'http://127.0.0.1:4000'}/graphql`,
  documents: 'src/operations.ts',
  generates: { 'src/generated/': { preset: 'client', presetConfig: { fragmentMasking: false } } },
  config: { useTypeImports: true },
};
export default config;
