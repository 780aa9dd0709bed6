export { agrees, deviation } from './compare.js';
export type { SuiteCase } from './suite-case.js';
export { runSuite, type SuiteNumbers, suite } from './suite.js';
