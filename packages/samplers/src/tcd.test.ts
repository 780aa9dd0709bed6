import { describeGoldens, fewStepTrajectory, number, record } from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-few-step.json' with { type: 'json' };
import { describeSampler, forms, linearLogSnr, mixtureDenoiser, samplePlain, threeGaussians } from '@tweedie/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { consistency } from './consistency.js';
import { ddim } from './ddim.js';
import { tcd } from './tcd.js';

const promises = { evaluationsPerStep: 1, exactOnPoint: true, formInvariant: true } as const;
describeSampler('tcd', tcd, { ...promises, order: 0, stochastic: true });
describeSampler('tcd, gamma 0', () => tcd({ gamma: 0 }), { ...promises, order: 1 });

describeGoldens('tcd', peer, (golden, header) =>
  golden.class === 'TCDScheduler'
    ? fewStepTrajectory(golden, header, tcd({ gamma: number(record(golden.step_kwargs).eta ?? 0.3) }))
    : undefined,
);

const schedule = linearLogSnr({ min: -8, max: 60 });
const process = forms(schedule)['variance preserving'];
const start = Float64Array.of(0.4, -1.1);
const run = (sampler: ReturnType<typeof tcd<Float64Array>>, times: readonly number[]) =>
  samplePlain({
    denoiser: mixtureDenoiser(threeGaussians),
    process,
    sampler,
    levels: [...times.map(process.at), process.level(Infinity)],
    start,
    noise: ({ draw, index }) => Float64Array.of(0.3 * index - 0.5, 0.7 - draw - 0.2 * index),
  }).at(-1)?.x;
const times = fc
  .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 6 })
  .map((list) => list.toSorted((a, b) => b - a).map((t) => t / 100));

test('gamma 0 follows the flow, and gamma 1 goes by the data', () => {
  fc.assert(
    fc.property(times, (visited) => {
      expect(run(tcd({ gamma: 0 }), visited)).toEqual(run(ddim(), visited));
      const [byData, consistent] = [run(tcd({ gamma: 1 }), visited), run(consistency(), visited)];
      byData?.forEach((x, i) => void expect(x).toBeCloseTo(consistent?.[i] ?? Number.NaN, 9));
    }),
    { numRuns: 50, seed: 1 },
  );
});

test.each([-0.1, 1.1, Number.NaN])('gamma %d is refused', (gamma) => {
  expect(() => tcd({ gamma })).toThrow(
    expect.objectContaining({ code: 'gamma-out-of-range', message: `\`gamma\` must be between 0 and 1, got ${gamma}` }),
  );
});
