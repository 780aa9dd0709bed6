import { describeSampler } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { ipndm } from './ipndm.js';

for (const order of [1, 2, 3, 4])
  describeSampler(`ipndm of order ${order}`, () => ipndm({ order }), {
    order: Math.min(order, 2),
    evaluationsPerStep: 1,
    exactOnPoint: true,
    formInvariant: true,
  });

test('an order of nothing is refused', () => {
  expect(() => ipndm({ order: 0 })).toThrow('`order` must be a positive integer, got 0');
});
