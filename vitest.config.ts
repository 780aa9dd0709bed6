import { defineConfig } from 'vitest/config';

const files = (folders: string) => [`${folders}/src/**/*.test.ts`];
/** Files that choose their backend and leave nothing else to the next one share a process, which loads the packages once. */
const PLAIN = files('packages/{data,forward-process,losses,networks,parameterizations,samplers,schedules}');

export default defineConfig({
  test: {
    testTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'plain', include: PLAIN, isolate: false } },
      {
        extends: true,
        test: { name: 'apart', include: [...files('{packages,apps}/*'), 'examples/plugins/**/*.test.js'], exclude: PLAIN },
      },
    ],
    // The census of golden cases speaks only with TWEEDIE_CENSUS=1, which `npm test` sets for a run of all tests.
    reporters: ['default', './packages/goldens/src/census-reporter.ts'],
    // tfjs's cpu backend advertises tfjs-node once per worker.
    onConsoleLog: (log) => !log.includes('running TensorFlow.js in Node.js'),
  },
});
