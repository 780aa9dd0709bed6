import type { Sampler } from '@tweedie/core';
import { describeGoldens, diffusersTrajectory, numbers, record } from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-unipc.json' with { type: 'json' };
import { describeSampler, forms, linearLogSnr, mixtureDenoiser, samplePlain, threeGaussians } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { ddim } from './ddim.js';
import { dpmSolverMultistep } from './dpm-solver-multistep.js';
import { dpmpp2m } from './dpmpp-2m.js';
import { dpmpp3m } from './dpmpp-3m.js';
import { unipc } from './unipc.js';

const promises = { evaluationsPerStep: 1, exactOnPoint: true, formInvariant: true } as const;
const never = () => false;
for (const order of [1, 2, 3, 4] as const)
  describeSampler(`unipc, order ${order}`, () => unipc({ order, lowerAtEnd: false }), { ...promises, order: order + 1 });
describeSampler('unipc, bh1', () => unipc({ solver: 'bh1', lowerAtEnd: false }), { ...promises, order: 3 });
describeSampler('unipc, epsilon', () => unipc({ predicts: 'epsilon', lowerAtEnd: false }), { ...promises, order: 3 });
describeSampler('unipc, bh1, uncorrected', () => unipc({ solver: 'bh1', corrects: never, lowerAtEnd: false }), {
  ...promises,
  order: 2,
});
describeSampler('unipc, uncorrected', () => unipc({ order: 4, corrects: never, lowerAtEnd: false }), { ...promises, order: 4 });
describeSampler('unipc, ending at order 1', () => unipc({ order: 3 }), { ...promises, order: 2 });

const orders = [1, 2, 3, 4] as const;
describeGoldens('unipc', peer, (golden, header) => {
  const config = record(golden.scheduler_config);
  const order = orders.find((each) => each === (config.solver_order ?? 2));
  if (order === undefined) throw new Error(`order ${JSON.stringify(config.solver_order)} is none of UniPC's`);
  const disabled = new Set(config.disable_corrector == null ? [] : numbers(config.disable_corrector));
  const sampler = unipc<Float64Array>({
    order,
    predicts: config.predict_x0 === false ? 'epsilon' : 'x0',
    solver: config.solver_type === 'bh1' ? 'bh1' : 'bh2',
    corrects: (index) => !disabled.has(index),
    lowerAtEnd: config.lower_order_final !== false,
  });
  return diffusersTrajectory(golden, header, sampler);
});

describe('without the corrector it is', () => {
  const process = forms(linearLogSnr({ min: -12, max: 12 }))['variance preserving'];
  const run = (sampler: Sampler<Float64Array>) => {
    const levels = [-6, -4.5, -3, -1, 0.5, 2, 4, 7].map(process.level);
    const start = Float64Array.of(0.3, -1.1, 1.7, 0.4);
    return samplePlain({ denoiser: mixtureDenoiser(threeGaussians), process, sampler, levels, start }).at(-1)?.x ?? start;
  };
  const options = { corrects: never, lowerAtEnd: false };
  test.each([
    { name: 'DDIM at order 1', ours: unipc({ ...options, order: 1 }), other: ddim() },
    { name: 'DPM-Solver++(2M) at order 2', ours: unipc(options), other: dpmpp2m() },
    { name: 'DPM-Solver++(3M) at order 3', ours: unipc({ ...options, order: 3 }), other: dpmpp3m() },
    {
      name: 'multistep DPM-Solver at order 3 in ε',
      ours: unipc({ ...options, order: 3, predicts: 'epsilon' }),
      other: dpmSolverMultistep({ order: 3 }),
    },
  ] satisfies readonly { name: string; ours: Sampler<Float64Array>; other: Sampler<Float64Array> }[])(
    '$name',
    ({ ours, other }) => {
      const expected = run(other);
      for (const [i, x] of run(ours).entries()) expect(Math.abs(x - (expected[i] ?? 0))).toBeLessThan(1e-12);
    },
  );
});

test.each([
  { options: { order: 5 }, code: 'order-out-of-range', message: '`order` must be 1, 2, 3 or 4, got 5' },
  { options: { predicts: 'v' }, code: 'prediction-unknown', message: "`predicts` must be 'x0' or 'epsilon', got v" },
  { options: { solver: 'bh3' }, code: 'solver-unknown', message: "`solver` must be 'bh1' or 'bh2', got bh3" },
])('$options is refused', ({ options, code, message }) => {
  expect(() => Reflect.apply(unipc, undefined, [options])).toThrow(expect.objectContaining({ code, message }));
});
