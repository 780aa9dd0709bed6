import { describeSampler } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { stages } from '../test/stages.js';
import { dpmpp2s } from './dpmpp-2s.js';

const promises = {
  order: 2,
  evaluationsPerStep: stages(2),
  exactOnPoint: true,
  formInvariant: true,
} as const;
describeSampler('dpmpp2s', dpmpp2s, promises);
describeSampler('dpmpp2s, other inner points and weights', () => dpmpp2s({ r1: 0.8, kind: 'heun' }), promises);

test('what makes no sense is refused', () => {
  expect(() => dpmpp2s({ r1: 0 })).toThrow(expect.objectContaining({ code: 'inner-out-of-range' }));
  expect(() => dpmpp2s({ r1: Number.NaN })).toThrow('`r1` must be above 0 and at most 1, got NaN');
  // @ts-expect-error: a plain JavaScript caller
  expect(() => dpmpp2s({ kind: 'taylor' })).toThrow("`kind` must be 'midpoint' or 'heun', got taylor");
});
