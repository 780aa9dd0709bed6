import { describeGoldens, kDiffusionTrajectory, settings } from '@tweedie/goldens';
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { combinePlain, describeSampler, forms, linearLogSnr, samplePlain } from '@tweedie/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stages } from '../test/stages.js';
import { ancestral } from './ancestral.js';
import { ddim } from './ddim.js';
import { dpmpp2s } from './dpmpp-2s.js';
import { euler } from './euler.js';

const promises = { stochastic: true, exactOnPoint: true, formInvariant: true } as const;
describeSampler('ancestral Euler', <X>() => ancestral(euler<X>()), { ...promises, order: 1, evaluationsPerStep: 1 });
describeSampler('ancestral dpmpp2s', <X>() => ancestral(dpmpp2s<X>(), { eta: 0.7 }), {
  ...promises,
  order: 2,
  evaluationsPerStep: stages(2),
});

const inner = { sample_euler_ancestral: euler, sample_dpmpp_2s_ancestral: dpmpp2s };
describeGoldens('ancestral', kDiffusion, (golden, header) => {
  const sampler = Object.entries(inner).find(([name]) => name === golden.function)?.[1];
  if (sampler === undefined) return undefined;
  return kDiffusionTrajectory(
    golden,
    header,
    ancestral(sampler<Float64Array>(), settings(golden, { eta: 'eta', s_noise: 'scale' })),
  );
});

const processes = forms(linearLogSnr({ min: -12, max: 12 }));
const once = (sampler: ReturnType<typeof euler<Float64Array>>, logSnrs: readonly [number, number]) =>
  samplePlain({
    denoiser: (x) => combinePlain([0.3, x]),
    process: processes.flow,
    sampler,
    levels: logSnrs.map(processes.flow.level),
    start: Float64Array.of(1.5, 0),
    noise: () => Float64Array.of(0, 1),
  }).at(-1)?.x ?? [];

test('around Euler it is DDIM with noise', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  const logSnr = fc.double({ min: -8, max: 8, noNaN: true });
  fc.assert(
    fc.property(unit, logSnr, fc.double({ min: 0.01, max: 6, noNaN: true }), (eta, from, h) => {
      const [one, other] = [ancestral(euler<Float64Array>(), { eta }), ddim<Float64Array>({ eta })].map((sampler) =>
        once(sampler, [from, from + h]),
      );
      for (const [i, value] of [...(one ?? [])].entries())
        expect(Math.abs(value - (other?.[i] ?? Number.NaN))).toBeLessThan(1e-12);
    }),
  );
});

test('steps down no further than `min`, and with `eta` 0 changes nothing', () => {
  const { level } = processes['variance exploding'];
  const asked: number[] = [];
  samplePlain({
    denoiser: (x) => x,
    process: processes['variance exploding'],
    sampler: ancestral<Float64Array>(
      {
        step: ({ to }, x) => {
          asked.push(to.sigma);
          return { x, denoised: x };
        },
      },
      { min: 0.5 },
    ),
    levels: [2, 1, 0.6, 0.5].map((sigma) => level(-2 * Math.log(sigma))),
    start: Float64Array.of(1),
    noise: () => Float64Array.of(1),
  });
  expect(asked.map((sigma) => Math.round(sigma * 1e12) / 1e12)).toEqual([0.5, 0.5, 0.5]);
  expect(once(ancestral(euler<Float64Array>(), { eta: 0 }), [-1, 2])).toEqual(once(euler(), [-1, 2]));
});

test('what makes no sense is refused', () => {
  expect(() => ancestral(euler(), { eta: -1 })).toThrow('`eta` must be finite and not negative, got -1');
  expect(() => ancestral(euler(), { scale: Number.NaN })).toThrow(expect.objectContaining({ code: 'ancestral-out-of-range' }));
});
