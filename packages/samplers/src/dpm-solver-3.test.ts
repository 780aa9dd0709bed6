import { describeSampler } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { stages } from '../test/stages.js';
import { dpmSolver3 } from './dpm-solver-3.js';

const promises = {
  order: 3,
  evaluationsPerStep: stages(3),
  exactOnPoint: true,
  formInvariant: true,
} as const;
describeSampler('dpmSolver3', dpmSolver3, promises);
describeSampler(
  'dpmSolver3, another first point, other weights',
  () => dpmSolver3({ r1: 0.2, kind: 'heun', stage: 'midpoint' }),
  promises,
);
// The condition of order 3 is on the weight of the last estimate, and holds for r2 = 2/3 alone.
describeSampler('dpmSolver3, another second point', () => dpmSolver3({ r1: 0.2, r2: 1, kind: 'heun' }), {
  ...promises,
  order: 2,
});

test('what makes no sense is refused', () => {
  expect(() => dpmSolver3({ r1: 0 })).toThrow(expect.objectContaining({ code: 'inner-out-of-range' }));
  expect(() => dpmSolver3({ r1: Number.NaN })).toThrow('`r1` must be above 0 and at most 1, got NaN');
  // @ts-expect-error: a plain JavaScript caller
  expect(() => dpmSolver3({ kind: 'taylor' })).toThrow("`kind` must be 'midpoint' or 'heun', got taylor");
});
