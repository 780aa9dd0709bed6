import { describeGoldens, list, number, numbers, record } from '@tweedie/goldens';
import paths from '@tweedie/goldens/schedules/flow-matching-paths.json' with { type: 'json' };
import peer from '@tweedie/goldens/schedules/sde.json' with { type: 'json' };
import { cosine, fromBetas, geometric, linearBeta, linearBetas, rectifiedFlow } from '@tweedie/schedules';
import { linearInterpolant } from './linear-interpolant.js';
import { transition } from './transition.js';
import { varianceExploding } from './variance-exploding.js';
import { variancePreserving } from './variance-preserving.js';

describeGoldens('marginals and SDE', peer, (golden) => {
  const { name, x, sqrt_1m_alphas_cumprod_every_50th, discrete_sigmas_every_50th } = golden;
  const process = { 'vp/default': variancePreserving(linearBeta()), 've/default': varianceExploding(geometric()) }[name];
  if (process === undefined) return undefined;
  const x0 = numbers(x);
  const rows = list(golden.rows).map(record);
  const times = rows.map(({ t }) => number(t));
  // Their discrete kernels, one table entry to the next; the first starts from clean data.
  const [discrete, timeOf] =
    name === 'vp/default'
      ? [variancePreserving(fromBetas(linearBetas())), (i: number) => (i + 1) / 1000]
      : [process, (i: number) => i / 999];
  const kernels = times.map((t) => {
    const i = Math.trunc(t * 999);
    return transition(i === 0 ? discrete.level(Infinity) : discrete.at(timeOf(i - 1)), discrete.at(timeOf(i)));
  });
  const everyFiftieth = Array.from({ length: 20 }, (_, i) => discrete.at(timeOf(50 * i)));
  const column = (key: string) => rows.flatMap((row) => [...numbers(row[key])]);
  return () => ({
    mean: [times.flatMap((t) => [...x0].map((each) => process.at(t).alpha * each)), Float64Array.from(column('mean'))],
    std: [times.map((t) => process.at(t).sigma), Float64Array.from(column('std'))],
    drift: [times.flatMap((t) => [...x0].map((each) => process.drift(t) * each)), Float64Array.from(column('drift'))],
    diffusion: [times.map((t) => Math.sqrt(process.diffusion(t))), Float64Array.from(column('diffusion'))],
    discrete_f: [
      kernels.flatMap((kernel) => [...x0].map((each) => (kernel.x - 1) * each)),
      Float64Array.from(column('discrete_f')),
    ],
    discrete_G: [kernels.map((kernel) => Math.sqrt(kernel.variance)), Float64Array.from(column('discrete_G'))],
    discrete_sigma: [
      everyFiftieth.map(({ sigma }) => sigma),
      sqrt_1m_alphas_cumprod_every_50th ?? discrete_sigmas_every_50th ?? null,
    ],
  });
});

describeGoldens('paths and their derivatives', paths, ({ name, t, alpha = null, sigma = null, d_alpha, d_sigma, ...rest }) => {
  const process = {
    CondOTScheduler: linearInterpolant(rectifiedFlow()),
    VPScheduler: variancePreserving(linearBeta()),
    CosineScheduler: variancePreserving(cosine()),
  }[name];
  if (process === undefined) return undefined;
  const times = [...numbers(t)].map((theirs) => 1 - theirs); // theirs runs from noise to data
  const levels = times.map(process.at);
  // d alpha/dt and d sigma/dt from the coefficients of the SDE; the sign is that of the reversed time.
  const velocities = levels.map(({ t, alpha, sigma }) => {
    const drift = process.drift(t);
    return { alpha: -drift * alpha, sigma: -(process.diffusion(t) / (2 * sigma) + drift * sigma) };
  });
  return () => ({
    alpha: [levels.map((level) => level.alpha), alpha],
    sigma: [levels.map((level) => level.sigma), sigma],
    d_alpha: [velocities.map((velocity) => velocity.alpha), d_alpha ?? null],
    d_sigma: [velocities.map((velocity) => velocity.sigma), d_sigma ?? null],
    inverse: [
      levels.map((level) => 1 - process.schedule.time(2 * Math.log(level.alpha / level.sigma))),
      rest.snr_inverse_of_alpha_over_sigma ?? null,
    ],
  });
});
