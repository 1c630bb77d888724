import { resolve } from 'node:path';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const language = resolve(import.meta.dirname, '../../libs/language/src');
const target = 'http://127.0.0.1:4000';
// The API refuses requests with another Host or Origin header, so the proxy sets both.
const api = { target, changeOrigin: true, headers: { origin: target } };

export default defineConfig({
  plugins: [react(), { ...optimizeLocales.vite({ locales: ['zh-CN', 'en-US'] }), enforce: 'pre' }],
  // The TypeScript source, because the build of this library is for Node.js.
  resolve: {
    alias: [
      { find: /^@wentu\/language$/, replacement: resolve(language, 'language.ts') },
      { find: /^@wentu\/language\/failures$/, replacement: resolve(language, 'explain-failure.ts') },
    ],
  },
  server: { proxy: { '/graphql': { ...api, ws: true }, '/images': api, '/uploads': api } },
});
