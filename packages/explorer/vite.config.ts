import { defineConfig, mergeConfig } from 'vite';
import { pageConfig } from '../page-build/page-config.ts';

export default defineConfig(
  mergeConfig(pageConfig('explorer'), {
    build: {
      chunkSizeWarningLimit: 3000,
      rolldownOptions: {
        onwarn(warning: { readonly code?: string }, warn: (warning: object) => void) {
          // GraphiQL is already compiled by React's compiler, so its directives have no effect.
          if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
        },
      },
    },
  }),
);
