import { byStep, describeGoldens, diffusersTrajectory, number, numbers, record } from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-deis-lms-sa.json' with { type: 'json' };
import { describeSampler, forms, linearLogSnr, mixtureDenoiser, samplePlain, threeGaussians } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { ddim } from './ddim.js';
import { dpmSolverMultistep } from './dpm-solver-multistep.js';
import { saSolver } from './sa-solver.js';

const promises = { evaluationsPerStep: 1, exactOnPoint: true, formInvariant: true } as const;
for (const [predictor, corrector] of [
  [1, 0],
  [1, 1],
  [2, 0],
  [2, 2],
  [3, 3],
  [3, 4],
] as const)
  describeSampler(`saSolver without noise, ${predictor} and ${corrector}`, () => saSolver({ predictor, corrector, tau: 0 }), {
    ...promises,
    order: Math.min(predictor, corrector || predictor),
    ...(corrector > 2 && { history: 0 }), // with a corrector the first step costs no order
  });
for (const [predictor, corrector] of [
  [1, 1],
  [2, 2],
  [3, 3],
] as const)
  describeSampler(`saSolver, ${predictor} and ${corrector}`, () => saSolver({ predictor, corrector }), {
    ...promises,
    order: Math.min(predictor, 2),
    stochastic: true,
  });

for (const order of [1, 2, 3])
  describeSampler(
    `saSolver in ε without noise, order ${order}`,
    () => saSolver({ predictor: order, corrector: order, tau: 0, predicts: 'epsilon' }),
    {
      ...promises,
      order,
    },
  );
// With tau 1 an estimate of ε counts twice, which over steps as long as the kit's magnifies the rounding of float32.
describeSampler('saSolver in ε, tau 0.5', () => saSolver({ predicts: 'epsilon', tau: 0.5 }), {
  ...promises,
  order: 1,
  stochastic: true,
});

// The peer adds noise at timesteps from 200 to 800, and lowers its orders towards the end, unless told not to.
describeGoldens('saSolver', peer, (golden, header) => {
  if (golden.class !== 'SASolverScheduler') return undefined;
  const { predictor_order = 2, corrector_order = 2, lower_order_final = true, algorithm_type } = record(golden.scheduler_config);
  const timesteps = numbers(golden.timesteps);
  const sampler = byStep<Float64Array>((index, count) => {
    const t = timesteps[index] ?? Number.NaN;
    const left = lower_order_final === true ? count - index : Infinity;
    return saSolver({
      predictor: Math.min(number(predictor_order), left),
      corrector: Math.min(number(corrector_order), left + 2),
      tau: t >= 200 && t <= 800 ? 1 : 0,
      predicts: algorithm_type === 'noise_prediction' ? 'epsilon' : 'x0',
    });
  });
  return diffusersTrajectory(golden, header, sampler);
});

test('without a corrector it is multistep DPM-Solver in ε, whose eta is tau²', () => {
  const process = forms(linearLogSnr({ min: -12, max: 12 }))['variance preserving'];
  const levels = [-8, -3, -1, 0.5, 4, 9].map(process.level);
  const noise = ({ index }: { readonly index: number }) => Float64Array.of(Math.sin(index + 1), Math.cos(3 * index));
  const run = { denoiser: mixtureDenoiser(threeGaussians), process, levels, start: Float64Array.of(0.7, -1.1), noise };
  for (const order of [1, 2, 3] as const) {
    const ours = samplePlain({ ...run, sampler: saSolver({ predictor: order, corrector: 0, predicts: 'epsilon' }) });
    const known = samplePlain({ ...run, sampler: dpmSolverMultistep({ order, kind: 'heun', eta: 1 }) });
    for (const [i, { x }] of ours.entries())
      for (const [j, value] of x.entries()) expect(value).toBeCloseTo(known[i]?.x[j] ?? Number.NaN, 11);
  }
});

// Its first order is DDIM on the flow, and ancestral sampling on the reverse diffusion.
test.each([0, 1])('the predictor alone, of order 1, is DDIM with eta = tau = %i', (share) => {
  const process = forms(linearLogSnr({ min: -12, max: 12 }))['variance preserving'];
  const levels = [-8, -3, -1, 0.5, 4, Infinity].map(process.level);
  const noise = ({ index }: { readonly index: number }) => Float64Array.of(Math.sin(index + 1), Math.cos(3 * index));
  const run = { denoiser: mixtureDenoiser(threeGaussians), process, levels, start: Float64Array.of(0.7, -1.1), noise };
  const ours = samplePlain({ ...run, sampler: saSolver({ predictor: 1, corrector: 0, tau: share }) });
  const known = samplePlain({ ...run, sampler: ddim({ eta: share }) });
  for (const [i, { x }] of ours.entries())
    for (const [j, value] of x.entries()) expect(value).toBeCloseTo(known[i]?.x[j] ?? Number.NaN, 12);
});

test('what makes no sense is refused', () => {
  expect(() => saSolver({ predictor: 0 })).toThrow('`predictor` must be an integer, at least 1, got 0');
  expect(() => saSolver({ corrector: 0.5 })).toThrow(expect.objectContaining({ code: 'order-out-of-range' }));
  // @ts-expect-error: a plain JavaScript caller
  expect(() => saSolver({ predicts: 'v' })).toThrow("`predicts` must be 'x0' or 'epsilon', got v");
  expect(() => saSolver({ tau: -1 })).toThrow(expect.objectContaining({ code: 'tau-out-of-range' }));
});
