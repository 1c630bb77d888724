import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The server lets in the origins it was told of, so the port must not move: strictPort.
export default defineConfig({
  plugins: [react()],
  server: { port: 5173, strictPort: true },
  preview: { port: 5173, strictPort: true },
});
