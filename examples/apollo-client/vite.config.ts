import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The server accepts only configured origins, so the port must not change: strictPort.
export default defineConfig({
  plugins: [react()],
  server: { port: 5173, strictPort: true },
  preview: { port: 5173, strictPort: true },
});
