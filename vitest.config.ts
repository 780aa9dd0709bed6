import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'examples/plugins/**/*.test.js'],
    testTimeout: 60_000,
    maxWorkers: 2,
    // The census of golden cases speaks only with TWEEDIE_CENSUS=1, which `npm test` sets for a run of all tests.
    reporters: ['default', './packages/goldens/src/census-reporter.ts'],
    // tfjs's cpu backend advertises tfjs-node once per worker.
    onConsoleLog: (log) => !log.includes('running TensorFlow.js in Node.js'),
  },
});
