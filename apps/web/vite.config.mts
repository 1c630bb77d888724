import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

const language = resolve(import.meta.dirname, '../../libs/language/src');
const target = 'http://127.0.0.1:4000';
// The API refuses requests with another Host or Origin header, so the proxy sets both.
const api = { target, changeOrigin: true, headers: { origin: target } };

/** Smaller than the server could make them for each visit: brotli is 20 % and gzip 8 % below its gzip of small memory. */
const compressOnce: Plugin = {
  name: 'compress-once',
  apply: 'build',
  async writeBundle({ dir }) {
    const folder = join(dir ?? 'dist', 'assets');
    for (const name of (await readdir(folder)).filter((each) => /\.(js|css)$/.test(each))) {
      const path = join(folder, name);
      const bytes = await readFile(path);
      await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes));
      await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    }
  },
};

export default defineConfig({
  plugins: [compressOnce, react(), { ...optimizeLocales.vite({ locales: ['zh-CN', 'en-US'] }), enforce: 'pre' }],
  resolve: {
    // The TypeScript source, because the build of this library is for Node.js.
    alias: [
      { find: /^@wentu\/language$/, replacement: resolve(language, 'language.ts') },
      { find: /^@wentu\/language\/failures$/, replacement: resolve(language, 'explain-failure.ts') },
    ],
    // RxJS has a build for old browsers, which is larger.
    conditions: ['es2015', ...defaultClientConditions],
  },
  build: {
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Three requests instead of seventeen, each of which has headers. An upgrade of the page keeps the libraries.
          groups: [
            { name: 'documents', test: /more-documents/, priority: 2 },
            { name: 'libraries', test: /node_modules/, tags: ['$initial'], priority: 1 },
            { name: 'page', tags: ['$initial'] },
          ],
        },
      },
    },
  },
  server: { proxy: { '/graphql': { ...api, ws: true }, '/images': api, '/uploads': api } },
});
