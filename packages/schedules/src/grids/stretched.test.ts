import { linearInterpolant, variancePreserving } from '@tweedie/forward-process';
import { describeGrid } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { clamped } from '../clamped.js';
import { cosine } from '../cosine.js';
import { rectifiedFlow } from '../rectified-flow.js';
import { explicit } from './explicit.js';
import { karras } from './karras.js';
import { stretched } from './stretched.js';
import { uniform } from './uniform.js';

const flow = linearInterpolant(rectifiedFlow());
describeGrid('karras, stretched', () => stretched(karras(), 0.05), { steps: [2, 10, 100] });
describeGrid('a single finite level, stretched', () => stretched(karras(), 0.05), { steps: [1] });

test('the last noisy level is where asked, the first stays, and distances keep their proportions', () => {
  const sigmas = stretched(explicit({ times: [1, 0.8, 0.4, 0] }), 0.1)(flow, 3).map(({ sigma }) => sigma);
  [1, 0.7, 0.1, 0].forEach((sigma, i) => {
    expect(sigmas[i]).toBeCloseTo(sigma, 14);
  });
});

test('a grid that stops short of clean data ends at the weight itself', () => {
  const levels = stretched(explicit({ times: [0.9, 0.5] }), 0.2)(flow, 1);
  expect(levels.map(({ sigma }) => sigma)).toEqual([expect.closeTo(0.84, 14), expect.closeTo(0.2, 14)]);
});

test('weights are those of the linear interpolant under any process', () => {
  const grid = stretched(uniform(), 0.3);
  const { alpha = 0, sigma = 0 } = grid(variancePreserving(clamped(cosine(), { min: -9, max: 9 })), 5)[4] ?? {};
  expect(sigma / (alpha + sigma)).toBeCloseTo(0.3, 14);
});

test('refuses a weight outside (0, 1), and a lone level of pure noise', () => {
  expect(() => stretched(uniform(), 1)).toThrow('`terminal` must lie between 0 and 1, got 1');
  expect(() => stretched(uniform(), Number.NaN)).toThrow(expect.objectContaining({ code: 'terminal-out-of-range' }));
  expect(() => stretched(explicit({ times: [1, 0] }), 0.1)(flow, 1)).toThrow(expect.objectContaining({ code: 'grid-infinite' }));
});
