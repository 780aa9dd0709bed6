import { varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { describeGrid } from '@tweedie/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cosine } from '../cosine.js';
import { geometric } from '../geometric.js';
import { betaQuantile } from '../internal/beta-quantile.js';
import { betaQuantiles } from './beta-quantiles.js';
import { uniformSigma } from './uniform-sigma.js';

describeGrid('betaQuantiles', betaQuantiles);
describeGrid('betaQuantiles of other shapes', () => betaQuantiles({ a: 2, b: 0.3, sigmaMin: 0.02 }));

describe('betaQuantiles', () => {
  // By arbitrary precision arithmetic.
  test.each([
    [0.5, 0.6, 0.6, 0.5],
    [0.1, 0.6, 0.6, 0.03958440558878085],
    [1e-6, 0.6, 0.6, 1.855882462405306e-10],
    [0.95, 0.6, 0.6, 0.987445543126389],
    [0.3, 2, 5, 0.18180347131894917],
    [0.7, 0.1, 3, 0.006768602811024208],
    [0.01, 20, 0.5, 0.845413947636138],
    [0.25, 300, 500, 0.3633971869923349],
    [0.9, 1, 1, 0.9],
  ])('the quantile at %d of the shapes %d and %d is %d', (p, a, b, expected) => {
    expect(betaQuantile(p, a, b) / expected).toBeCloseTo(1, 11);
  });

  test('of equal shapes lies evenly around the middle', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.3, max: 50, noNaN: true }), fc.integer({ min: 3, max: 40 }), (shape, steps) => {
        const sigmas = betaQuantiles({ a: shape, b: shape, sigmaMin: 1, sigmaMax: 3 })(varianceExploding(geometric()), steps);
        sigmas.slice(0, -1).forEach(({ sigma }, i) => {
          expect(sigma + (sigmas[steps - 1 - i]?.sigma ?? 0)).toBeCloseTo(4, 9);
        });
      }),
    );
  });

  test('known in closed form: even for shapes of one, a sine squared for halves, a root for one shape of one', () => {
    const process = varianceExploding(geometric());
    const range = { sigmaMin: 1, sigmaMax: 2 };
    const even = uniformSigma(range)(process, 9);
    const [flat, arcsine, power] = [
      { a: 1, b: 1 },
      { a: 0.5, b: 0.5 },
      { a: 3, b: 1 },
    ].map((shapes) => betaQuantiles({ ...shapes, ...range })(process, 9).map(({ sigma }) => sigma - 1));
    for (let i = 0; i < 9; i++) {
      const p = 1 - i / 8;
      expect(flat?.[i]).toBeCloseTo((even[i]?.sigma ?? 0) - 1, 12);
      expect(arcsine?.[i]).toBeCloseTo(Math.sin((Math.PI * p) / 2) ** 2, 12);
      expect(power?.[i]).toBeCloseTo(Math.cbrt(p), 12);
    }
  });

  test('refuses bad shapes, an empty range, an infinite schedule and levels that coincide', () => {
    expect(() => betaQuantiles({ a: 0 })).toThrow('`a` must lie from 0.01 to 1000, got 0');
    expect(() => betaQuantiles({ b: Number.NaN })).toThrow(expect.objectContaining({ code: 'shape-out-of-range' }));
    expect(() => betaQuantiles({ sigmaMin: 2, sigmaMax: 1 })).toThrow(expect.objectContaining({ code: 'sigma-range-empty' }));
    expect(() => betaQuantiles()(variancePreserving(cosine()), 5)).toThrow(expect.objectContaining({ code: 'grid-infinite' }));
    const crowded = betaQuantiles({ a: 0.01, b: 1, sigmaMin: 1, sigmaMax: 2 });
    expect(() => crowded(varianceExploding(geometric()), 50)).toThrow('use fewer steps');
  });
});
