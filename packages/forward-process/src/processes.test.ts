import {
  clamped,
  cosine,
  fromBetas,
  geometric,
  linearBeta,
  noiseSquared,
  rectifiedFlow,
  scaledLinearBetas,
  shifted,
} from '@tweedie/schedules';
import { describeProcess } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { linearInterpolant } from './linear-interpolant.js';
import { subVariancePreserving } from './sub-variance-preserving.js';
import { trigonometric } from './trigonometric.js';
import { varianceExploding } from './variance-exploding.js';
import { variancePreserving } from './variance-preserving.js';

const bounded = () => clamped(shifted(cosine(), 0.5), { min: -10, max: 10 });
describeProcess('variancePreserving', () => variancePreserving(linearBeta()));
describeProcess('variancePreserving, clamped', () => variancePreserving(bounded()));
describeProcess('varianceExploding', () => varianceExploding(geometric()));
describeProcess('linearInterpolant', () => linearInterpolant(rectifiedFlow()));
describeProcess('linearInterpolant over another schedule', () => linearInterpolant(bounded()));
describeProcess('subVariancePreserving', () => subVariancePreserving(noiseSquared(linearBeta())));
describeProcess('subVariancePreserving over another schedule', () => subVariancePreserving(bounded()));
describeProcess('trigonometric', () => trigonometric(bounded()));
describeProcess('trigonometric for data of another deviation', () => trigonometric(linearBeta(), { sigmaData: 0.5 }));

describe('trigonometric', () => {
  test('keeps the deviation of the data', () => {
    for (const sigmaData of [0.2, 1, 7]) {
      const { at } = trigonometric(cosine(), { sigmaData });
      for (const t of [0, 1e-6, 0.3, 0.9, 1]) {
        const { alpha, sigma } = at(t);
        expect(Math.sqrt((alpha * sigmaData) ** 2 + sigma ** 2) / sigmaData).toBeCloseTo(1, 14);
      }
    }
  });

  test('turns evenly over the cosine schedule that is shifted by the deviation', () => {
    // sigma/alpha = sigmaData·tan θ, which is cosine's ratio times sigmaData.
    const { at } = trigonometric(shifted(cosine(), 1 / 0.5), { sigmaData: 0.5 });
    for (const t of [0.1, 0.5, 0.8]) {
      expect(at(t).alpha).toBeCloseTo(Math.cos((Math.PI * t) / 2), 14);
      expect(at(t).sigma).toBeCloseTo(0.5 * Math.sin((Math.PI * t) / 2), 14);
    }
  });

  test('is variance preserving for data of unit deviation, and refuses a bad one', () => {
    expect(trigonometric(cosine()).at(0.3)).toEqual(variancePreserving(cosine()).at(0.3));
    expect(() => trigonometric(cosine(), { sigmaData: 0 })).toThrow('`sigmaData` must be positive and finite, got 0');
    expect(() => trigonometric(cosine(), { sigmaData: Number.NaN })).toThrow(
      expect.objectContaining({ code: 'sigma-data-not-positive' }),
    );
  });
});

describe('ends', () => {
  const processes = { variancePreserving, varianceExploding, linearInterpolant, subVariancePreserving, trigonometric };

  test.each(Object.entries(processes))('%s reaches clean data exactly', (_, process) => {
    expect(process(cosine()).at(0)).toEqual({ t: 0, alpha: 1, sigma: 0, logSnr: Infinity });
    expect(process(bounded()).level(Infinity)).toEqual({ t: 0, alpha: 1, sigma: 0, logSnr: Infinity });
  });

  test.each(Object.entries({ variancePreserving, linearInterpolant, subVariancePreserving, trigonometric }))(
    '%s reaches pure noise exactly',
    (_, process) => {
      expect(process(cosine()).at(1)).toEqual({ t: 1, alpha: 0, sigma: 1, logSnr: -Infinity });
    },
  );

  test('small sigmas and alphas keep all digits', () => {
    for (const { level } of [variancePreserving, linearInterpolant, subVariancePreserving].map((process) => process(cosine()))) {
      expect(level(400).sigma / Math.exp(-200)).toBeCloseTo(1, 12);
      expect(level(-400).alpha / Math.exp(-200)).toBeCloseTo(1, 12);
      expect(level(1200).sigma).toBeGreaterThan(0);
    }
  });

  test('levels noisier than the schedule need no inverse: churn may go there', () => {
    const process = varianceExploding(geometric({ sigmaMin: 0.01, sigmaMax: 50 }));
    expect(process.level(-2 * Math.log(70))).toMatchObject({ t: 1, alpha: 1, sigma: expect.closeTo(70, 10) });
  });

  test('the SDE has its limits where the slope is infinite', () => {
    const cosines = variancePreserving(cosine()); // β = π·tan(πt/2)
    expect(cosines.diffusion(0)).toBeCloseTo(0, 9);
    expect(cosines.diffusion(0.5)).toBeCloseTo(Math.PI, 12);
    expect(cosines.diffusion(1)).toBe(Infinity);
    const linear = variancePreserving(linearBeta()); // β from 0.1 to 20
    expect(linear.diffusion(0)).toBeCloseTo(0.1, 9);
    expect(linear.drift(0)).toBeCloseTo(-0.05, 9);
    expect(linear.diffusion(1)).toBeCloseTo(20, 9);
    const flow = linearInterpolant(rectifiedFlow()); // drift −1/(1 − t), diffusion 2t/(1 − t)
    expect(flow.drift(0)).toBeCloseTo(-1, 9);
    expect(flow.diffusion(0)).toBeCloseTo(0, 9);
    expect(flow.diffusion(0.75)).toBeCloseTo(6, 12);
    const sub = subVariancePreserving(noiseSquared(linearBeta())); // drift as above, diffusion β(1 − alpha⁴), eq. 12 of the paper
    expect(sub.drift(0)).toBeCloseTo(-0.05, 9);
    expect(sub.diffusion(0)).toBeCloseTo(0, 9);
    expect(sub.diffusion(1)).toBeCloseTo(20 * (1 - Math.exp(-2 * 10.05)), 9);
  });

  test('a table of betas gives its own alphas', () => {
    const betas = scaledLinearBetas();
    const process = variancePreserving(fromBetas(betas));
    expect(process.at(0.001).sigma).toBeCloseTo(Math.sqrt(betas[0] ?? 0), 15);
    expect(process.at(0.002).alpha).toBeCloseTo(Math.sqrt((1 - (betas[0] ?? 0)) * (1 - (betas[1] ?? 0))), 15);
  });
});
