import { variancePreserving } from '@tweedie/forward-process';
import { describeGrid } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { scaledLinearBetas } from '../betas.js';
import { fromBetas } from '../from-betas.js';
import { alignedSigmas, alignYourSteps } from './align-your-steps.js';
import { uniformLogSnr } from './uniform-log-snr.js';

const process = variancePreserving(fromBetas(scaledLinearBetas()));

describeGrid('alignYourSteps', alignYourSteps);
describeGrid('alignYourSteps of another model', () => alignYourSteps(alignedSigmas.stableVideoDiffusion));

describe('alignYourSteps', () => {
  test('ten steps are the published levels, the last of them clean', () => {
    for (const sigmas of Object.values(alignedSigmas)) {
      expect(sigmas.length).toBe(11);
      const ratios = alignYourSteps(sigmas)(process, 10).map(({ sigma, alpha }) => sigma / alpha);
      sigmas.slice(0, -1).forEach((sigma, i) => {
        expect((ratios[i] ?? 0) / sigma).toBeCloseTo(1, 12);
      });
      expect(ratios[10]).toBe(0);
    }
  });

  test('of Stable Diffusion 1.5 are the training indices that its authors list', () => {
    // Table 3 in terms of timesteps, as the authors and diffusers give it.
    const indices = alignYourSteps()(process, 10).map(({ t }) => t * 1000 - 1);
    [999, 850, 736, 645, 545, 455, 343, 233, 124, 24].forEach((index, i) => {
      expect(Math.abs((indices[i] ?? 0) - index)).toBeLessThan(1.5);
    });
  });

  test('twice as many steps halve each in log-SNR', () => {
    const [coarse, fine] = [alignYourSteps()(process, 10), alignYourSteps()(process, 20)];
    for (let i = 0; i < 9; i++) {
      expect(fine[2 * i]?.logSnr).toBeCloseTo(coarse[i]?.logSnr ?? 0, 12);
      expect(fine[2 * i + 1]?.logSnr).toBeCloseTo(((coarse[i]?.logSnr ?? 0) + (coarse[i + 1]?.logSnr ?? 0)) / 2, 12);
    }
  });

  test('of two ratios is uniform in log-SNR, short of the end', () => {
    const levels = alignYourSteps([10, 0.1])(process, 4);
    const even = uniformLogSnr({ min: -2 * Math.log(10), max: 2 * Math.log(10) })(process, 5);
    for (let i = 0; i < 4; i++) expect(levels[i]?.logSnr).toBeCloseTo(even[i]?.logSnr ?? 0, 12);
  });

  test('refuses short, rising and bad tables', () => {
    expect(() => alignYourSteps([1])).toThrow(expect.objectContaining({ code: 'grid-too-short' }));
    expect(() => alignYourSteps([2, 0])).toThrow('`sigmas` must be positive and finite, got 0 at index 1');
    expect(() => alignYourSteps([1, 2, 0.1])(process, 2)).toThrow(expect.objectContaining({ code: 'grid-not-descending' }));
  });
});
