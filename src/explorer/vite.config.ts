import { defineConfig } from 'vite';
import { compressAssets } from './compress-assets.ts';

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the page works behind a proxy that puts a prefix before its path.
  base: './',
  plugins: [compressAssets()],
  build: {
    outDir: '../../dist/explorer',
    emptyOutDir: true,
    // The page stands at /graphql, and names its files relative to that.
    assetsDir: 'explorer/assets',
    // As files, so that the page's policy need not allow `data:`.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 3000,
    rolldownOptions: {
      onwarn(warning, warn) {
        // GraphiQL comes compiled by React's compiler, whose directives mean nothing any more.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
