import { describeSampler } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { stages } from '../test/stages.js';
import { dpmpp3s } from './dpmpp-3s.js';

const promises = {
  order: 3,
  evaluationsPerStep: stages(3),
  exactOnPoint: true,
  formInvariant: true,
} as const;
describeSampler('dpmpp3s', dpmpp3s, promises);
describeSampler(
  'dpmpp3s, another first point, other weights',
  () => dpmpp3s({ r1: 0.2, kind: 'heun', stage: 'midpoint' }),
  promises,
);
// The condition of order 3 is on the weight of the last estimate, and holds for r2 = 2/3 alone.
describeSampler('dpmpp3s, another second point', () => dpmpp3s({ r1: 0.2, r2: 1, kind: 'heun' }), { ...promises, order: 2 });
describeSampler('dpmpp3s, with noise', () => dpmpp3s({ eta: 1 }), { ...promises, order: 1, stochastic: true });

test('what makes no sense is refused', () => {
  expect(() => dpmpp3s({ r1: 0 })).toThrow(expect.objectContaining({ code: 'inner-out-of-range' }));
  expect(() => dpmpp3s({ r1: Number.NaN })).toThrow('`r1` must be above 0 and at most 1, got NaN');
  // @ts-expect-error: a plain JavaScript caller
  expect(() => dpmpp3s({ kind: 'taylor' })).toThrow("`kind` must be 'midpoint' or 'heun', got taylor");
});
