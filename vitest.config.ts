import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts'],
    testTimeout: 60_000,
    maxWorkers: 2,
    // tfjs's cpu backend advertises tfjs-node once per worker.
    onConsoleLog: (log) => !log.includes('running TensorFlow.js in Node.js'),
  },
});
