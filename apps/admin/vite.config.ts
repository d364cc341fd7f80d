import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';
import { compressAssets } from '../../tools/vite/compress-assets.ts';
import { leanContract } from '../../tools/vite/lean-contract.ts';
import { leanFirstView } from './build/lean-first-view.ts';

export default defineConfig(({ mode }) => {
  // PORT is where the Anlin server listens; the same variable starts it.
  const server = `http://127.0.0.1:${loadEnv(mode, '.', 'PORT').PORT ?? '3000'}`;
  return {
    plugins: [leanContract(), leanFirstView(), react(), compressAssets()],
    server: { port: 5173, proxy: { '/api': { target: server } } },
    build: {
      target: 'es2022',
      manifest: true,
      // Fonts stay files: the page may not load fonts written into its styles.
      assetsInlineLimit: (file) => (file.endsWith('.woff2') ? false : undefined),
      chunkSizeWarningLimit: 900,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        // These packages only declare things; few of them say so, and what a first view does not use would come along.
        treeshake: {
          moduleSideEffects: [
            {
              test: /node_modules[\\/](@rc-component|@ant-design)[\\/]|packages[\\/](contract|client)[\\/]/,
              sideEffects: false,
            },
          ],
        },
        output: {
          codeSplitting: {
            // Libraries change less often than screens, so browsers keep them across releases.
            groups: [
              { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/, priority: 3 },
              {
                name: 'zod',
                test: /node_modules[\\/]zod[\\/]|packages[\\/]contract[\\/]src[\\/]wire\.ts/,
                priority: 2,
              },
              { name: 'frame', test: /apps[\\/]admin[\\/]src[\\/]application\.tsx/, priority: 1 },
            ],
          },
        },
      },
    },
  };
});
