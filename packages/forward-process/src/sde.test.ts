import type { ForwardProcess } from '@tweedie/core';
import { type Comparison, describeGoldens, list, number, numbers, record, text } from '@tweedie/goldens';
import paths from '@tweedie/goldens/schedules/flow-matching-paths.json' with { type: 'json' };
import peer from '@tweedie/goldens/schedules/sde.json' with { type: 'json' };
import {
  cosine,
  fromBetas,
  geometric,
  linearAlpha,
  linearBeta,
  linearBetas,
  noiseSquared,
  polynomial,
  rectifiedFlow,
} from '@tweedie/schedules';
import { linearInterpolant } from './linear-interpolant.js';
import { subVariancePreserving } from './sub-variance-preserving.js';
import { transition } from './transition.js';
import { varianceExploding } from './variance-exploding.js';
import { variancePreserving } from './variance-preserving.js';

describeGoldens('marginals and SDE', peer, (golden) => {
  const { beta_min = 0.1, beta_max = 20, sigma_min = 0.01, sigma_max = 50 } = record(golden.sde_kwargs);
  const [betaMin, betaMax, steps] = [number(beta_min), number(beta_max), number(golden.N)];
  const rates = linearBeta({ betaMin, betaMax });
  const process = {
    vp: variancePreserving(rates),
    subvp: subVariancePreserving(noiseSquared(rates)),
    ve: varianceExploding(geometric({ sigmaMin: number(sigma_min), sigmaMax: number(sigma_max) })),
  }[text(golden.sde)];
  if (process === undefined) return undefined;
  const x0 = numbers(golden.x);
  const rows = list(golden.rows).map(record);
  const times = rows.map(({ t }) => number(t));
  const column = (key: string) => Float64Array.from(rows.flatMap((row) => [...numbers(row[key])]));
  const perElement = (factor: (t: number) => number) => times.flatMap((t) => Array.from(x0, (each) => factor(t) * each));
  // The last of the discrete models is pure noise, except for the one whose noise has no end.
  const prior = golden.sde === 've' ? process.at(1).sigma : process.level(-Infinity).sigma;
  const continuous: Comparison = {
    mean: [perElement((t) => process.at(t).alpha), column('mean')],
    std: [times.map((t) => process.at(t).sigma), column('std')],
    drift: [perElement(process.drift), column('drift')],
    diffusion: [times.map((t) => Math.sqrt(process.diffusion(t))), column('diffusion')],
    prior_logp: [
      [x0.reduce((sum, each) => sum - (each / prior) ** 2 / 2 - Math.log(prior) - Math.log(2 * Math.PI) / 2, 0)],
      golden.prior_logp_of_x ?? null,
    ],
  };
  // Sub-VP has no discrete model, and takes an Euler step.
  if (golden.sde === 'subvp')
    return () => ({
      ...continuous,
      discrete_f: [perElement((t) => process.drift(t) / steps), column('discrete_f')],
      discrete_G: [times.map((t) => Math.sqrt(process.diffusion(t) / steps)), column('discrete_G')],
    });
  // Their discrete kernels, one table entry to the next; the first starts from clean data.
  const [discrete, timeOf] =
    golden.sde === 'vp'
      ? [
          variancePreserving(fromBetas(linearBetas({ steps, start: betaMin / steps, end: betaMax / steps }))),
          (i: number) => (i + 1) / steps,
        ]
      : [process, (i: number) => i / (steps - 1)];
  const kernels = times.map((t) => {
    const i = Math.trunc(t * (steps - 1));
    return transition(i === 0 ? discrete.level(Infinity) : discrete.at(timeOf(i - 1)), discrete.at(timeOf(i)));
  });
  const listed = numbers(golden.sqrt_1m_alphas_cumprod_every_50th ?? golden.discrete_sigmas_every_50th);
  return () => ({
    ...continuous,
    discrete_f: [kernels.flatMap((kernel) => Array.from(x0, (each) => (kernel.x - 1) * each)), column('discrete_f')],
    discrete_G: [kernels.map((kernel) => Math.sqrt(kernel.variance)), column('discrete_G')],
    discrete_sigma: [Array.from(listed, (_, i) => discrete.at(timeOf(50 * i)).sigma), listed],
  });
});

describeGoldens('paths and their derivatives', paths, ({ name, t, alpha = null, sigma = null, d_alpha, d_sigma, ...rest }) => {
  // A name may give numbers to its kind: a power, or the rates at both ends.
  const [kind = '', first, second] = name.split('-');
  const { n: power = Number(first ?? 1), beta_min = Number(first ?? 0.1), beta_max = Number(second ?? 20) } = rest;
  const processes: Readonly<Record<string, () => ForwardProcess>> = {
    CondOTScheduler: () => linearInterpolant(rectifiedFlow()),
    PolynomialConvexScheduler: () => linearInterpolant(polynomial({ power: number(power) })),
    VPScheduler: () => variancePreserving(linearBeta({ betaMin: number(beta_min), betaMax: number(beta_max) })),
    LinearVPScheduler: () => variancePreserving(linearAlpha()),
    CosineScheduler: () => variancePreserving(cosine()),
  };
  const process = processes[kind]?.();
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
