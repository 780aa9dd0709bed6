import { foldIn, key, normals, uniform } from '@tweedie/core';
import { describeSampler, forms, linearLogSnr, mixtureDenoiser, type PlainNoise, samplePlain } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { annealedLangevin } from './annealed-langevin.js';
import { langevin } from './langevin.js';

const inScale = { reason: 'x stays as it is between levels, as in the paper, where α = 1 (Song & Ermon 2019, algorithm 1)' };
describeSampler('annealedLangevin', () => annealedLangevin({ moves: 3 }), {
  order: 0,
  evaluationsPerStep: ({ to }) => (to.sigma === 0 ? 4 : 3),
  stochastic: true,
  exactOnPoint: true,
  formInvariant: inScale,
});

// The example of Song & Ermon 2019, figure 3: two Gaussians far apart, of unequal weight, and chains that start anywhere.
describe('two modes far apart get', () => {
  const process = forms(linearLogSnr({ min: -8, max: 8 }))['variance exploding'];
  const ladder = (from: number, to: number, count: number) =>
    Array.from({ length: count }, (_, i) => process.level(-2 * Math.log(from * (to / from) ** (i / (count - 1)))));
  const weights = [0.8, 0.2];
  const denoiser = mixtureDenoiser({
    weights,
    means: [
      [5, 5],
      [-5, -5],
    ],
    covariances: [
      [1, 0, 1],
      [1, 0, 1],
    ],
  });
  const chains = 400;
  const start = Float64Array.from(uniform(key(1), 2 * chains), (u) => 16 * u - 8);
  const noise: PlainNoise = ({ index, draw }) => Float64Array.from(normals(foldIn(foldIn(key(2), index), draw), 2 * chains));
  const critical = 23.93; // of χ² with one degree of freedom, at 1e-6
  /** Pearson's χ² of the counts on either side, one degree of freedom. */
  const chiSquared = (x: Float64Array) => {
    const first = Array.from({ length: chains }, (_, i) => (x[2 * i] ?? 0) + (x[2 * i + 1] ?? 0)).filter((sum) => sum > 0).length;
    return [first, chains - first].reduce(
      (sum, count, k) => sum + (count - chains * (weights[k] ?? 0)) ** 2 / (chains * (weights[k] ?? 0)),
      0,
    );
  };

  test('wrong weights from plain Langevin dynamics', () => {
    const levels = [0.1, 0.1].map((sigma) => process.level(-2 * Math.log(sigma)));
    const sampler = langevin<Float64Array>({ size: 0.1, moves: 1000 });
    const result = samplePlain({ denoiser, process, sampler, levels, start, noise }).at(-1)?.x ?? start;
    expect(chiSquared(result)).toBeGreaterThan(4 * critical);
  });

  test('the right ones from annealed Langevin dynamics', () => {
    const levels = [...ladder(20, 0.1, 10), process.level(Infinity)];
    const sampler = annealedLangevin<Float64Array>();
    const result = samplePlain({ denoiser, process, sampler, levels, start, noise }).at(-1)?.x ?? start;
    expect(chiSquared(result)).toBeLessThan(critical);
  });
});

test('what makes no sense is refused', () => {
  expect(() => annealedLangevin({ snr: -1 })).toThrow('`snr` must be positive and finite, got -1');
  expect(() => annealedLangevin({ moves: 0 })).toThrow('`moves` must be a positive integer, got 0');
});
