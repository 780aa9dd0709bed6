import { variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, number } from '@tweedie/goldens';
import peer from '@tweedie/goldens/schedules/dpm-solver.json' with { type: 'json' };
import { clamped, linearBeta, uniformLogSnr } from '@tweedie/schedules';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { singlestepOrders } from './singlestep-orders.js';

describeGoldens('singlestepOrders, and the levels between its steps', peer, (golden) => {
  if (golden.orders === undefined) return undefined;
  const orders = singlestepOrders(number(golden.steps), number(golden.order));
  const schedule = linearBeta();
  // The peer stops one training step short of clean data, and spaces that evenly in log-SNR.
  const process = variancePreserving(clamped(schedule, { max: schedule.logSnr(1 / 1000) }));
  return () => ({
    orders: [orders, golden.orders ?? null],
    outer_timesteps: [
      uniformLogSnr()(process, orders.length + 1)
        .slice(0, -1)
        .map(({ logSnr }) => schedule.time(logSnr)),
      golden.outer_timesteps ?? null,
    ],
  });
});

test('spend the budget exactly, never rising, with as few steps as the order allows', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 3 }), (evaluations, order) => {
      const orders = singlestepOrders(evaluations, order);
      expect(orders.reduce((sum, each) => sum + each, 0)).toBe(evaluations);
      expect(orders.every((each, i) => each <= (orders[i - 1] ?? order) && each >= 1)).toBe(true);
      expect(orders.length).toBe(order === 3 ? Math.floor(evaluations / 3) + 1 : Math.ceil(evaluations / order));
    }),
  );
});

test('refuse another order and an empty budget', () => {
  expect(() => singlestepOrders(10, 4)).toThrow('`order` must be 1, 2 or 3, got 4');
  expect(() => singlestepOrders(0, 2)).toThrow(expect.objectContaining({ code: 'evaluations-not-positive' }));
});
