import { expect, it } from 'vitest';
import { GRIDS, SAMPLERS } from './catalogue.js';
import { MNIST } from './defaults.js';

it('knows the defaults', () => {
  expect(Object.keys(SAMPLERS)).toContain(MNIST.sampling.sampler);
  expect(Object.keys(GRIDS)).toContain(MNIST.sampling.grid);
});
