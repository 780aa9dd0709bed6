import { describeSampler } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { stages } from '../test/stages.js';
import { dpmSolver2 } from './dpm-solver-2.js';

const promises = {
  order: 2,
  evaluationsPerStep: stages(2),
  exactOnPoint: true,
  formInvariant: true,
} as const;
describeSampler('dpmSolver2', dpmSolver2, promises);
describeSampler('dpmSolver2, other inner points and weights', () => dpmSolver2({ r1: 0.8, kind: 'heun' }), promises);

test('what makes no sense is refused', () => {
  expect(() => dpmSolver2({ r1: 0 })).toThrow(expect.objectContaining({ code: 'inner-out-of-range' }));
  expect(() => dpmSolver2({ r1: Number.NaN })).toThrow('`r1` must be above 0 and at most 1, got NaN');
  // @ts-expect-error: a plain JavaScript caller
  expect(() => dpmSolver2({ kind: 'taylor' })).toThrow("`kind` must be 'midpoint' or 'heun', got taylor");
});
