import { defineConfig } from 'vitest/config';

/** The tests that start many processes: more of what `npm test` asks, where each question takes its time. */
export default defineConfig({
  test: {
    include: ['test/**/*.long.test.ts'],
    setupFiles: ['test/setup.ts'],
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 240_000,
  },
});
