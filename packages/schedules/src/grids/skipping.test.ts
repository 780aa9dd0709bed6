import { variancePreserving } from '@tweedie/forward-process';
import { describeGrid } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { linearBeta } from '../linear-beta.js';
import { skipping } from './skipping.js';

describeGrid('skipping', skipping, { steps: [1, 4, 50] });
describeGrid('skipping along every index', () => skipping({ originalSteps: 1000 }));

const process = variancePreserving(linearBeta());
const indices = (grid: ReturnType<typeof skipping>, steps: number) =>
  grid(process, steps)
    .slice(0, -1)
    .map(({ t }) => Math.round(t * 1000) - 1);

test('one step starts at the noisiest index', () => {
  expect(indices(skipping(), 1)).toEqual([999]);
  expect(indices(skipping({ originalSteps: 100 }), 1)).toEqual([999]);
});

test('as many steps as there were are all of them', () => {
  expect(indices(skipping({ originalSteps: 5 }), 5)).toEqual([999, 799, 599, 399, 199]);
});

test('less strength starts later', () => {
  // Half of 50 indices: 19, 39, …, 499.
  expect(indices(skipping({ strength: 0.5 }), 5)).toEqual([499, 399, 299, 199, 99]);
});

test('refuses what it cannot skip along', () => {
  expect(() => skipping()(process, 51)).toThrow(expect.objectContaining({ code: 'steps-too-many' }));
  expect(() => skipping({ originalSteps: 1001 })).toThrow(expect.objectContaining({ code: 'steps-too-many' }));
  expect(() => skipping({ originalSteps: 2.5 })).toThrow('`originalSteps` must be a positive integer, got 2.5');
  expect(() => skipping({ strength: 0 })).toThrow(expect.objectContaining({ code: 'strength-out-of-range' }));
});
