import { defineConfig } from 'vitest/config';

/** What the README tells a reader to run, in the README's order. Installs from the npm registry. */
export default defineConfig({
  test: { include: ['test/readme/**/*.test.ts'], testTimeout: 300_000, bail: 1 },
});
