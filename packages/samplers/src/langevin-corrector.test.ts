import { key, normals } from '@tweedie/core';
import { rescaledByBatch } from '@tweedie/goldens';
import { forms, linearLogSnr, mixtureDenoiser, pointDenoiser, samplePlain, threeGaussians } from '@tweedie/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { langevinCorrector } from './langevin-corrector.js';

const exploding = forms(linearLogSnr({ min: -12, max: 12 }))['variance exploding'];
const draw = (seed: number) => Float64Array.from(normals(key(seed), 8));

test('with norms, the score is to the noise in a move as `snr` is to one', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 2, noNaN: true }),
      fc.double({ min: -8, max: 8, noNaN: true }),
      fc.nat(),
      (snr, logSnr, seed) => {
        const level = exploding.level(logSnr);
        const start = draw(seed).map((each) => each * Math.hypot(1, level.sigma));
        // The norms do not change when the draw changes its sign: half the sum is the drift, half the difference the noise.
        const [plus, minus] = [1, -1].map((sign) => {
          const sampler = langevinCorrector({ snr, rescaled: rescaledByBatch });
          const noise = () => draw(seed + 1).map((each) => sign * each);
          const run = {
            denoiser: mixtureDenoiser(threeGaussians),
            process: exploding,
            sampler,
            levels: [level, level],
            start,
            noise,
          };
          return samplePlain(run)[0]?.x ?? start;
        });
        const drift = start.map((each, i) => ((plus?.[i] ?? 0) + (minus?.[i] ?? 0)) / 2 - each);
        const noise = start.map((_, i) => ((plus?.[i] ?? 0) - (minus?.[i] ?? 0)) / 2);
        const one = new Float64Array(8).fill(1);
        expect((rescaledByBatch(one, drift, noise)[0] ?? 0) / snr).toBeCloseTo(1, 6);
      },
    ),
    { numRuns: 50, seed: 1 },
  );
});

test('without norms it is what they give where the score is that of pure noise of the same length', () => {
  // At one point the score is −ε/σ: with draws as long as ε the ratio of the norms is σ.
  const level = exploding.level(-1);
  const start = draw(3).map((each) => each * level.sigma);
  const run = (sampler: ReturnType<typeof langevinCorrector<Float64Array>>) =>
    samplePlain({
      denoiser: pointDenoiser([0, 0]),
      process: exploding,
      sampler,
      levels: [level, level],
      start,
      noise: () => draw(3).map((each) => -each),
    })[0]?.x ?? [];
  const [without, measured] = [run(langevinCorrector()), run(langevinCorrector({ rescaled: rescaledByBatch }))];
  for (const [i, x] of without.entries()) expect(x).toBeCloseTo(measured[i] ?? Number.NaN, 12);
});

test('what makes no sense is refused', () => {
  expect(() => langevinCorrector({ snr: Number.NaN })).toThrow('`snr` must be positive and finite, got NaN');
  expect(() => langevinCorrector({ moves: 0 })).toThrow(expect.objectContaining({ code: 'moves-not-positive' }));
});
