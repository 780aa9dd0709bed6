/** Which package may import which: the arrows of the architecture, and nothing else. Tests and benchmarks may import anything. */

/** What each package's code may import from its siblings, types included. */
const arrows = {
  core: [],
  schedules: ['core'],
  'forward-process': ['core'],
  parameterizations: ['core'],
  losses: ['core'],
  networks: ['core'],
  samplers: ['core'],
  evaluation: ['core'],
  guidance: ['core'],
  training: ['core', 'weights', 'workers'], // gradients from workers, by the one way to talk to them
  weights: [],
  data: ['core'],
  'backend-wasm': ['core'],
  'backend-webgpu': ['core'],
  'backend-node': ['core'],
  'backend-suite': ['core', 'forward-process', 'losses', 'networks', 'parameterizations', 'samplers', 'schedules', 'training'],
  workers: ['core'],
  compile: ['core'],
  testing: ['core'],
  goldens: ['core', 'testing'],
};

/** Plain numbers: these packages load nothing at run time, and use the contracts of core as types only. */
const numberLayer = ['schedules', 'parameterizations', 'samplers'];

const tests = '\\.test\\.ts$';

export default {
  forbidden: [
    ...Object.entries(arrows).map(([name, allowed]) => ({
      name: `arrows-of-${name}`,
      comment: `${name} may import ${allowed.join(' and ') || 'no sibling'}`,
      severity: 'error',
      from: { path: `^packages/${name}/(src|dist)/`, pathNot: tests },
      to: { path: '^(packages|apps)/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
    })),
    {
      name: 'every-package-has-its-arrows',
      comment: 'a new package needs a line in .dependency-cruiser.mjs',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: `^packages/(${Object.keys(arrows).join('|')})/` },
      to: {},
    },
    {
      name: 'numbers-load-nothing',
      comment: 'the built code of the number layer imports its own files only',
      severity: 'error',
      from: { path: `^packages/(${numberLayer.join('|')})/dist/.*\\.js$` },
      to: { pathNot: '^packages/$1/dist/' },
    },
    {
      name: 'no-umbrella',
      comment: '@tensorflow/tfjs pulls in backends that the user did not choose',
      severity: 'error',
      from: {},
      to: { path: '@tensorflow/tfjs/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: tests },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'declared',
      comment: 'a package imports only what its package.json names',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/src/', pathNot: tests },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], dependencyTypesNot: ['npm-peer'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.tests.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'default', 'types'] },
  },
};
