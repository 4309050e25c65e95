import { defineConfig } from 'vitest/config';

export default defineConfig({
  // As Node resolves it: Vite would take graphql's `.mjs` build beside the one that Node gives to the
  // libraries, and graphql refuses to work with two copies of itself.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
