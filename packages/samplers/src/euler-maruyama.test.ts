import { variancePreserving } from '@tweedie/forward-process';
import { cosine } from '@tweedie/schedules';
import { describeSampler, mixtureDenoiser, samplePlain, threeGaussians } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { eulerMaruyama } from './euler-maruyama.js';

const promises = {
  order: 1,
  evaluationsPerStep: 1,
  exactOnPoint: { reason: 'the drift is linear in x but stepped by Euler (Song et al. 2021, appendix E)' },
  formInvariant: { reason: 'the drift is taken in the scale of x, which each form chooses otherwise (Song et al. 2021, eq. 6)' },
} as const;
describeSampler('eulerMaruyama', eulerMaruyama, { ...promises, stochastic: true });
describeSampler('eulerMaruyama, eta 1.5', () => eulerMaruyama({ eta: 1.5 }), { ...promises, stochastic: true });
describeSampler('eulerMaruyama, flow', () => eulerMaruyama({ eta: 0 }), promises);

test('an SDE without finite coefficients is refused, and says what helps', () => {
  const process = variancePreserving(cosine());
  const run = () =>
    samplePlain({
      denoiser: mixtureDenoiser(threeGaussians),
      process,
      sampler: eulerMaruyama<Float64Array>({ eta: 0 }),
      levels: [1, 0.5].map(process.at),
      start: Float64Array.of(1, 2),
    });
  expect(run).toThrow(expect.objectContaining({ code: 'rate-infinite', message: expect.stringContaining('`clamped`') }));
});

test.each([-0.1, Infinity, Number.NaN])('eta %d is refused', (eta) => {
  expect(() => eulerMaruyama({ eta })).toThrow(
    expect.objectContaining({ code: 'eta-out-of-range', message: `\`eta\` must be finite and not negative, got ${eta}` }),
  );
});
