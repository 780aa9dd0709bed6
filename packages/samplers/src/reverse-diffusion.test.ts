import { describeSampler } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { reverseDiffusion } from './reverse-diffusion.js';

const promises = {
  order: 1,
  evaluationsPerStep: 1,
  exactOnPoint: {
    reason: 'it undoes the increment of a transition as that of an SDE, and not its posterior (Song et al. 2021, appendix E)',
  },
  formInvariant: {
    reason: 'the increment is taken in the scale of x, which each form chooses otherwise (Song et al. 2021, eq. 46)',
  },
} as const;
describeSampler('reverseDiffusion', reverseDiffusion, { ...promises, stochastic: true });
describeSampler('reverseDiffusion, eta 0.5', () => reverseDiffusion({ eta: 0.5 }), { ...promises, stochastic: true });
describeSampler('reverseDiffusion, flow', () => reverseDiffusion({ eta: 0 }), promises);

test.each([-0.1, Infinity, Number.NaN])('eta %d is refused', (eta) => {
  expect(() => reverseDiffusion({ eta })).toThrow(
    expect.objectContaining({ code: 'eta-out-of-range', message: `\`eta\` must be finite and not negative, got ${eta}` }),
  );
});
