import { describeSampler, forms, linearLogSnr, mixtureDenoiser, samplePlain, threeGaussians } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { ipndm } from './ipndm.js';
import { lms } from './lms.js';

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

test.each([1, 2, 3, 4])('on steps even in σ/α it is LMS, order %i', (order) => {
  const process = forms(linearLogSnr({ min: -12, max: 12 }))['variance exploding'];
  const levels = [5, 4, 3, 2, 1, 0].map((sigma) => process.level(-2 * Math.log(sigma)));
  const run = { denoiser: mixtureDenoiser(threeGaussians), process, levels, start: Float64Array.of(3, -4, 1, 2) };
  const [even, exact] = [ipndm<Float64Array>({ order }), lms<Float64Array>({ order })].map(
    (sampler) => samplePlain({ ...run, sampler }).at(-1)?.x,
  );
  even?.forEach((x, i) => void expect(x).toBeCloseTo(exact?.[i] ?? Number.NaN, 12));
});
