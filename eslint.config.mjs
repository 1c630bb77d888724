import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const only = (sourceTag, ...onlyDependOnLibsWithTags) => ({ sourceTag, onlyDependOnLibsWithTags });

/** Folders of what only tests use; docker/Dockerfile leaves them out. */
const TESTS_ONLY = 'testing,contract,faults,e2e';

export default tseslint.config(
  // AssemblyScript has types that TypeScript lacks; its own compiler checks it.
  // An example has dependencies and types of its own, which only a copy of it installs: tools/ci/examples.mjs type-checks it there.
  { ignores: ['**/dist', '**/node_modules', '**/*.d.ts', '**/generated', '**/assembly', 'examples'] },
  js.configs.recommended,
  tseslint.configs.strict,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeCheckedOnly],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An async function without await still turns what it throws into a rejection.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      // An AbortSignal's reason is typed any.
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
    },
  },
  {
    files: ['**/*.{cjs,mjs,js}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'module',
          'require',
          'process',
          'console',
          'performance',
          '__dirname',
          'fetch',
          'Buffer',
          'URL',
          'setTimeout',
          'clearTimeout',
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['**/*.test.ts', '**/contract/*.ts', '**/e2e/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/src/**/*.{ts,tsx}'],
    ignores: ['**/*.test.ts', `**/{${TESTS_ONLY}}/**`],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: [`**/{${TESTS_ONLY}}/*`], message: 'Helpers of tests are not in the image.' }] },
      ],
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { '@nx': nx },
    rules: {
      // The arrows of docs/ARCHITECTURE.md: apps → composition → its parts → search, dataset, adapters → domain.
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: [],
          depConstraints: [
            only(
              'type:app',
              'type:composition',
              'type:session',
              'type:offline',
              'type:models',
              'type:data-folder',
              'type:language',
              'type:telemetry',
              'type:format',
              'type:domain',
            ),
            only('type:web', 'type:language'),
            only('type:session', 'type:search', 'type:language', 'type:domain'),
            only(
              'type:composition',
              'type:session',
              'type:uploads',
              'type:models',
              'type:data-folder',
              'type:search',
              'type:dataset',
              'type:adapter',
              'type:picture',
              'type:rpc',
              'type:telemetry',
              'type:domain',
            ),
            only(
              'type:offline',
              'type:models',
              'type:data-folder',
              'type:search',
              'type:dataset',
              'type:adapter',
              'type:domain',
            ),
            only('type:models', 'type:data-folder', 'type:search', 'type:adapter', 'type:domain'),
            only('type:data-folder', 'type:adapter', 'type:domain'),
            only('type:uploads', 'type:dataset', 'type:domain'),
            only('type:search', 'type:files', 'type:domain'),
            only('type:dataset', 'type:format', 'type:files', 'type:domain'),
            only(
              'type:adapter',
              'type:picture',
              'type:rpc',
              'type:telemetry',
              'type:format',
              'type:files',
              'type:domain',
            ),
            only('type:picture', 'type:telemetry', 'type:format', 'type:domain'),
            only('type:format'),
            only('type:files'),
            only('type:rpc', 'type:telemetry', 'type:domain'),
            only('type:telemetry', 'type:domain'),
            only('type:language', 'type:domain'),
            only('type:domain', 'type:domain'),
          ],
        },
      ],
    },
  },
);
