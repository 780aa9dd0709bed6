import { describeSampler, forms, linearLogSnr, samplePlain } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { langevin } from './langevin.js';

const unmoved = 'the chain stays at the level that it leaves (Luo 2022, eq. 158)';
for (const moves of [1, 3])
  describeSampler(`langevin, ${moves} moves`, () => langevin({ size: 1e-3, moves }), {
    order: 0,
    evaluationsPerStep: moves,
    stochastic: true,
    exactOnPoint: { reason: unmoved },
    formInvariant: { reason: unmoved },
  });

test.each([0.3, 0.03, 0.003])('on Gaussian data with steps of %d the variance is V/(1 − c/2V)', (size) => {
  const level = forms(linearLogSnr({ min: -8, max: 8 }))['variance preserving'].level(1);
  const data = 0.25;
  const variance = level.alpha ** 2 * data + level.sigma ** 2;
  const moves = 2000;
  // One entry for each draw: their responses add up to the variance.
  let drawn = 0;
  const [step] = samplePlain({
    denoiser: (x) => x.map((each) => ((level.alpha * data) / variance) * each),
    process: forms(linearLogSnr({ min: -8, max: 8 }))['variance preserving'],
    sampler: langevin<Float64Array>({ size, moves }),
    levels: [level, level],
    start: new Float64Array(moves),
    noise: () => new Float64Array(moves).fill(1, drawn, ++drawn),
  });
  const measured = (step?.x ?? new Float64Array()).reduce((sum, each) => sum + each ** 2, 0);
  expect(measured / (variance / (1 - size / (2 * variance)))).toBeCloseTo(1, 4);
});

test('what makes no sense is refused', () => {
  expect(() => langevin({ size: 0 })).toThrow('`size` must be positive and finite, got 0');
  expect(() => langevin({ size: 1, moves: 1.5 })).toThrow(expect.objectContaining({ code: 'moves-not-positive' }));
});
