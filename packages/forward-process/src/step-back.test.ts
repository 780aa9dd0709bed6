import { fromBetas, linearBetas } from '@tweedie/schedules';
import { expect, test } from 'vitest';
import { stepBack } from './step-back.js';
import { variancePreserving } from './variance-preserving.js';

const betas = linearBetas({ steps: 20, start: 0.01, end: 0.3 });
const process = variancePreserving(fromBetas(betas));

test('is the posterior of DDPM between neighbouring steps', () => {
  // Ho et al. 2020, eq. 7
  const back = stepBack(process, 20);
  let before = 1;
  betas.forEach((beta, i) => {
    const product = before * (1 - beta);
    const { x, x0, variance } = back(process.at((i + 1) / 20));
    expect(x).toBeCloseTo((Math.sqrt(1 - beta) * (1 - before)) / (1 - product), 10);
    expect(x0).toBeCloseTo((Math.sqrt(before) * beta) / (1 - product), 10);
    expect(variance).toBeCloseTo((beta * (1 - before)) / (1 - product), 10);
    before = product;
  });
});

test('before the first step are the data', () => {
  const back = stepBack(process, 20);
  for (const t of [1 / 20, 0.03]) expect(back(process.at(t))).toEqual({ x: 0, x0: 1, variance: 0 });
});

test('refuses a number of steps that is none', () => {
  expect(() => stepBack(process, 0)).toThrow('`steps` must be a positive integer, got 0');
});
