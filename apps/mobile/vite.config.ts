import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';
import { compressAssets } from '../../tools/vite/compress-assets.ts';
import { leanContract } from '../../tools/vite/lean-contract.ts';

export default defineConfig(({ mode }) => {
  // PORT is where the Anlin server listens; the same variable starts it.
  const server = `http://127.0.0.1:${loadEnv(mode, '.', 'PORT').PORT ?? '3000'}`;
  return {
    base: '/m/',
    plugins: [leanContract(), react(), compressAssets()],
    server: { port: 5174, proxy: { '/api': { target: server } } },
    build: {
      target: 'es2022',
      manifest: true,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        // These packages only declare things: what a first view does not use must not come along.
        treeshake: {
          moduleSideEffects: [{ test: /packages[\\/](contract|client|money)[\\/]/, sideEffects: false }],
        },
        output: {
          codeSplitting: {
            // Libraries change less often than screens, so phones keep them across releases.
            groups: [
              { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/, priority: 1 },
            ],
          },
        },
      },
    },
  };
});
