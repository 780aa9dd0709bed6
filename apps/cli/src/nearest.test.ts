import { expect, it } from 'vitest';
import { nearest } from './nearest.js';

it('finds the names a slip away, the nearest first, and none for a word that is like nothing', () => {
  const names = ['euler', 'eulerAncestral', 'heun', 'lms', 'plms', 'dpmpp2m', 'dpmpp3m'];
  expect(nearest('eulr', names)).toEqual(['euler']);
  expect(nearest('DPMpp2m', names)).toEqual(['dpmpp2m', 'dpmpp3m']);
  expect(nearest('lsm', names)).toEqual([]);
  expect(nearest('plsm', names)).toEqual(['plms']);
  expect(nearest('their-package', names)).toEqual([]);
});
