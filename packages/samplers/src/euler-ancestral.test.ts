import { describeGoldens, diffusersTrajectory, kDiffusionTrajectory, number, record } from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-euler-heun-kdpm2.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler, forms, linearLogSnr, pointDenoiser, samplePlain } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { ddim } from './ddim.js';
import { eulerAncestral } from './euler-ancestral.js';

describeSampler('eulerAncestral', eulerAncestral, {
  order: 1,
  evaluationsPerStep: 1,
  stochastic: true,
  exactOnPoint: true,
  formInvariant: true,
});

describeGoldens('eulerAncestral', peer, (golden, header) =>
  golden.class === 'EulerAncestralDiscreteScheduler' ? diffusersTrajectory(golden, header, eulerAncestral()) : undefined,
);
describeGoldens('eulerAncestral', kDiffusion, (golden, header) => {
  if (golden.function !== 'sample_euler_ancestral') return undefined;
  const { eta = 1, s_noise = 1 } = record(golden.kwargs);
  return kDiffusionTrajectory(golden, header, eulerAncestral({ eta: number(eta), scale: number(s_noise) }));
});

test('scale multiplies each draw, and without noise it is the flow', () => {
  const process = forms(linearLogSnr({ min: -6, max: 6 })).flow;
  const run = (sampler: ReturnType<typeof ddim<Float64Array>>, size: number) => {
    const noise = ({ index }: { readonly index: number }) => Float64Array.of(size * Math.cos(index));
    const levels = [-6, -2, 0, 3].map(process.level);
    return samplePlain({ denoiser: pointDenoiser([0.3]), process, sampler, levels, start: Float64Array.of(0.8), noise });
  };
  const last = (steps: ReturnType<typeof run>) => steps.at(-1)?.x[0] ?? Number.NaN;
  expect(last(run(eulerAncestral({ scale: 1.7 }), 1))).toBeCloseTo(last(run(ddim({ eta: 1 }), 1.7)), 12);
  expect(last(run(eulerAncestral({ eta: 0 }), 1))).toBe(last(run(ddim(), 1)));
});

test('a scale that makes no sense is refused', () => {
  for (const scale of [-1, Number.NaN, Infinity])
    expect(() => eulerAncestral({ scale })).toThrow(expect.objectContaining({ code: 'noise-out-of-range' }));
});
