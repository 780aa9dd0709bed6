import { linearInterpolant } from '@tweedie/forward-process';
import { describeGrid } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { rectifiedFlow } from '../rectified-flow.js';
import { inverted } from './inverted.js';
import { trailing } from './trailing.js';

const flow = linearInterpolant(rectifiedFlow());
describeGrid('trailing, inverted', () => inverted(trailing()), { process: flow, path: 'any' });

test('exchanges the weights of signal and noise, so that noise rises', () => {
  const [down, up] = [trailing()(flow, 7), inverted(trailing())(flow, 7)];
  expect(up.length).toBe(8);
  up.forEach(({ sigma, alpha }, i) => {
    expect(sigma).toBeCloseTo(down[i]?.alpha ?? Number.NaN, 15);
    expect(alpha).toBeCloseTo(down[i]?.sigma ?? Number.NaN, 15);
    if (i > 0) expect(sigma).toBeGreaterThan(up[i - 1]?.sigma ?? Infinity);
  });
  expect([up[0]?.sigma, up[7]?.sigma]).toEqual([0, 1]);
});

test('twice is the grid itself', () => {
  expect(inverted(inverted(trailing()))(flow, 5)).toEqual(trailing()(flow, 5));
});
