import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000, interval: 20 } },
    // The test files of one worker share its modules: loading the server for each takes longer than most tests.
    isolate: false,
    // Most of the time a test waits for a process or a timer. One worker for each core would leave cores idle.
    maxWorkers: 4,
    // Node itself runs the sources, here as in production.
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});
