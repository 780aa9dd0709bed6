import { linearInterpolant, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { describeGrid } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { scaledLinearBetas } from '../betas.js';
import { clamped } from '../clamped.js';
import { cosine } from '../cosine.js';
import { fromBetas } from '../from-betas.js';
import { rectifiedFlow } from '../rectified-flow.js';
import { zeroTerminalSnr } from '../zero-terminal-snr.js';
import { explicit } from './explicit.js';
import { karras } from './karras.js';
import { leading } from './leading.js';
import { linspace } from './linspace.js';
import { trailing } from './trailing.js';
import { uniform } from './uniform.js';
import { uniformLogSnr } from './uniform-log-snr.js';

describeGrid('uniform', uniform);
describeGrid('uniformLogSnr', uniformLogSnr);
describeGrid('karras', karras);
describeGrid('leading', leading);
describeGrid('leading, offset and not inclusive', () => leading({ offset: 1, inclusive: false }));
describeGrid('linspace', linspace);
describeGrid('trailing', trailing);
describeGrid('trailing over a table', trailing, { process: variancePreserving(fromBetas(scaledLinearBetas())) });
describeGrid('explicit', () => explicit({ sigmas: [10, 1, 0.1, 0] }), { steps: [3] });

const preserving = variancePreserving(clamped(cosine(), { min: -8, max: 8 }));

describe('values of the grids', () => {
  test('uniform steps evenly in time and ends in clean data', () => {
    const levels = uniform()(preserving, 4);
    expect(levels.map(({ t }) => t)).toEqual([1, 0.75, 0.5, 0.25, 0]);
    expect(levels.at(-1)).toEqual({ t: 0, alpha: 1, sigma: 0, logSnr: Infinity });
  });

  test('uniformLogSnr steps evenly in log-SNR', () => {
    expect(uniformLogSnr()(preserving, 5).map(({ logSnr }) => logSnr)).toEqual([-8, -4, 0, 4, 8, Infinity]);
    expect(uniformLogSnr({ max: 0 })(preserving, 3).map(({ logSnr }) => logSnr)).toEqual([-8, -4, 0, Infinity]);
  });

  test('karras is even in log-SNR for a large exponent and in sigma/alpha for 1', () => {
    const logSnrs = karras({ rho: 1e6 })(preserving, 5).map(({ logSnr }) => logSnr);
    [-8, -4, 0, 4, 8].forEach((logSnr, i) => {
      expect(logSnrs[i]).toBeCloseTo(logSnr, 3);
    });
    const sigmas = karras({ rho: 1, sigmaMin: 1, sigmaMax: 5 })(preserving, 5).map(({ alpha, sigma }) => sigma / alpha);
    [5, 4, 3, 2, 1, 0].forEach((sigma, i) => {
      expect(sigmas[i]).toBeCloseTo(sigma, 12);
    });
  });

  test('explicit takes sigmas, log-SNRs and times', () => {
    const process = varianceExploding(clamped(cosine(), { min: -8, max: 8 }));
    expect(explicit({ sigmas: [20, 1, 0] })(process, 2).map(({ sigma }) => sigma)).toEqual([expect.closeTo(20, 12), 1, 0]);
    expect(explicit({ logSnrs: [-3, 2, Infinity] })(process, 2).map(({ logSnr }) => logSnr)).toEqual([-3, 2, Infinity]);
    expect(explicit({ times: [1, 0.5, 0] })(process, 2).map(({ t }) => t)).toEqual([1, 0.5, 0]);
  });

  test('explicit admits a rising path if told so', () => {
    const grid = explicit({ logSnrs: [2, -1, -1] }, { path: 'any' });
    expect(grid(preserving, 2).map(({ logSnr }) => logSnr)).toEqual([2, -1, -1]);
  });

  test('linspace rounds as numpy, where the last bit decides about a half', () => {
    // np.linspace(0, 99, 47).round()[::-1][22:25] is [52, 49, 47]: the middle is a half in reals, and just below it in float64.
    const indices = linspace({ trainSteps: 100 })(preserving, 47).map(({ t }) => Math.round(t * 100) - 1);
    expect(indices.slice(22, 25)).toEqual([52, 49, 47]);
  });

  test('trailing counts from the noisy end, with a stride that is no whole number', () => {
    // np.arange(1000, 0, -1000 / 7).round() - 1
    const indices = trailing()(preserving, 7).map(({ t }) => Math.round(t * 1000) - 1);
    expect(indices.slice(0, -1)).toEqual([999, 856, 713, 570, 428, 285, 142]);
  });

  test('trailing starts at pure noise where the table ends there', () => {
    const process = variancePreserving(fromBetas(zeroTerminalSnr(scaledLinearBetas())));
    expect(trailing()(process, 10)[0]).toEqual({ t: 1, alpha: 0, sigma: 1, logSnr: -Infinity });
  });
});

describe('grids that cannot be', () => {
  const unbounded = variancePreserving(cosine());
  test.each([
    ['uniform', uniform()],
    ['uniformLogSnr', uniformLogSnr()],
    ['karras', karras()],
    ['karras without a smallest sigma', karras({ sigmaMax: 80 })],
  ])('%s over an infinite range names `clamped`', (_, grid) => {
    expect(() => grid(unbounded, 10)).toThrow(expect.objectContaining({ code: 'grid-infinite' }));
    expect(() => grid(unbounded, 10)).toThrow('wrap the schedule in `clamped(schedule, { min: -10, max: 10 })`');
  });

  test('a table grid refuses an infinite sigma, and takes pure noise where it is finite', () => {
    expect(() => trailing()(varianceExploding(cosine()), 10)).toThrow('wrap the schedule in `clamped`');
    expect(trailing()(linearInterpolant(rectifiedFlow()), 10)[0]).toMatchObject({ alpha: 0, sigma: 1 });
  });

  test.each([
    ['steps-not-positive', () => uniform()(preserving, 0)],
    ['steps-not-positive', () => karras()(preserving, 2.5)],
    ['steps-not-positive', () => leading({ trainSteps: 0 })],
    ['steps-too-many', () => leading()(preserving, 1001)],
    ['steps-too-many', () => linspace({ inclusive: false })(preserving, 1000)],
    ['steps-too-many', () => trailing({ trainSteps: 100 })(preserving, 101)],
    ['index-out-of-range', () => leading({ offset: 200 })(preserving, 10)],
    ['offset-out-of-range', () => leading({ offset: -1 })],
    ['rho-not-positive', () => karras({ rho: -7 })],
    ['sigma-range-empty', () => karras({ sigmaMin: 1, sigmaMax: 1 })],
    ['sigma-range-empty', () => karras({ sigmaMin: -1 })],
    ['grid-not-descending', () => karras({ sigmaMin: 1e6 })(preserving, 3)],
    ['log-snr-range-empty', () => uniformLogSnr({ min: Number.NaN })],
    ['log-snr-range-empty', () => uniformLogSnr({ min: 1, max: -1 })],
    ['grid-not-descending', () => explicit({ times: [1, 0.5, 0.5] })(preserving, 2)],
    ['grid-not-descending', () => explicit({ sigmas: [1, 2] })(preserving, 1)],
    ['grid-too-short', () => explicit({ sigmas: [1] })],
    ['level-out-of-range', () => explicit({ times: [2, 1] })],
    ['level-out-of-range', () => explicit({ sigmas: [1, -1] })],
    ['grid-steps-mismatch', () => explicit({ sigmas: [1, 0] })(preserving, 5)],
  ])('%s', (code, make) => {
    expect(make).toThrow(expect.objectContaining({ code }));
    expect(make).toThrow(RangeError);
  });

  test('the message names option, rule and value', () => {
    expect(() => karras({ rho: -7 })).toThrow('`rho` must be positive, got -7');
  });
});
