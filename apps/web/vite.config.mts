import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const target = 'http://127.0.0.1:4000';
// The API refuses foreign Host and Origin headers; through the proxy both are its own.
const api = { target, changeOrigin: true, headers: { origin: target } };

export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/graphql': { ...api, ws: true }, '/images': api } },
});
