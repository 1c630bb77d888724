import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const api = 'http://127.0.0.1:4000';

export default defineConfig({
  plugins: [react()],
  server: {
    // The API checks the Host and Origin of what it serves; changeOrigin makes ours the one it expects.
    proxy: {
      '/graphql': { target: api, changeOrigin: true, ws: true },
      '/images': { target: api, changeOrigin: true },
    },
  },
});
