import { resolve } from 'node:path';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const target = 'http://127.0.0.1:4000';
// The API refuses foreign Host and Origin headers; through the proxy both are its own.
const api = { target, changeOrigin: true, headers: { origin: target } };

export default defineConfig({
  plugins: [react(), { ...optimizeLocales.vite({ locales: ['zh-CN', 'en-US'] }), enforce: 'pre' }],
  // Its source: what is built of it is for Node.
  resolve: { alias: { '@wentu/language': resolve(import.meta.dirname, '../../libs/language/src/index.ts') } },
  server: { proxy: { '/graphql': { ...api, ws: true }, '/images': api, '/uploads': api } },
});
