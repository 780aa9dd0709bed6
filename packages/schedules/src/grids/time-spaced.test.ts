import { linearInterpolant, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { describeGrid } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { cosine } from '../cosine.js';
import { geometric } from '../geometric.js';
import { rectifiedFlow } from '../rectified-flow.js';
import { shifted } from '../shifted.js';
import { betaQuantiles } from './beta-quantiles.js';
import { karras } from './karras.js';
import { timeSpaced } from './time-spaced.js';
import { uniformSigma } from './uniform-sigma.js';

const flow = linearInterpolant(rectifiedFlow());
describeGrid('karras, time-spaced', () => timeSpaced(karras({ sigmaMin: 0.001 })));
describeGrid('betaQuantiles, time-spaced over a flow', () => timeSpaced(betaQuantiles({ sigmaMin: 0.001 })), { process: flow });

test('the times of any process are the ratios of the grid inside, then clean data', () => {
  const inside = karras({ sigmaMin: 0.001, sigmaMax: 1 });
  const ratios = inside(varianceExploding(geometric()), 6).map(({ sigma }) => sigma);
  for (const process of [flow, variancePreserving(shifted(cosine(), 2))]) {
    const levels = timeSpaced(inside)(process, 6);
    levels.forEach((level, i) => {
      expect(level.t).toBeCloseTo(ratios[i] ?? Number.NaN, 14);
      expect(level.logSnr).toBe(i === 6 ? Infinity : process.schedule.logSnr(level.t));
    });
  }
});

test('starts in pure noise where the process is finite there, and refuses elsewhere', () => {
  const grid = timeSpaced(uniformSigma({ sigmaMin: 0.1 }));
  expect(grid(flow, 10)[0]).toEqual({ t: 1, alpha: 0, sigma: 1, logSnr: -Infinity });
  expect(() => grid(varianceExploding(cosine()), 10)).toThrow(expect.objectContaining({ code: 'grid-infinite' }));
});

test('refuses times beyond 1, and asks for the last', () => {
  expect(() => timeSpaced(karras({ sigmaMin: 0.1, sigmaMax: 80 }))(flow, 5)).toThrow('times must be at most 1, got');
  expect(() => timeSpaced(karras())(flow, 5)).toThrow(expect.objectContaining({ code: 'grid-infinite' }));
});
