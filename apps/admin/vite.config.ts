import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';

export default defineConfig(({ mode }) => {
  // PORT is where the Anlin server listens; the same variable starts it.
  const server = `http://127.0.0.1:${loadEnv(mode, '.', 'PORT').PORT ?? '3000'}`;
  return {
    plugins: [react()],
    server: { port: 5173, proxy: { '/api': { target: server } } },
    build: {
      target: 'es2022',
      chunkSizeWarningLimit: 900,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        output: {
          codeSplitting: {
            // Libraries change less often than screens, so browsers keep them across releases.
            groups: [
              { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/, priority: 3 },
              { name: 'contract', test: /node_modules[\\/]zod[\\/]|packages[\\/](contract|client)[\\/]/, priority: 2 },
            ],
          },
        },
      },
    },
  };
});
