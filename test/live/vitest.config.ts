import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/live/live.test.ts'],
    // CloudTrail takes minutes.
    testTimeout: 20 * 60_000,
    hookTimeout: 60_000,
  },
});
