import type { NoiseLevel } from '@tweedie/core';
import { describeGoldens, list, number, numbers, record, slices, text } from '@tweedie/goldens';
import diffusers from '@tweedie/goldens/forward/diffusers.json' with { type: 'json' };
import improved from '@tweedie/goldens/forward/improved-diffusion.json' with { type: 'json' };
import ancestral from '@tweedie/goldens/schedules/sigmas-k-diffusion.json' with { type: 'json' };
import {
  clamped,
  cosine,
  cosineBetas,
  fromBetas,
  linearBetas,
  rectifiedFlow,
  respacedIndices,
  scaledLinearBetas,
  zeroTerminalSnr,
} from '@tweedie/schedules';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { betasOf, indicesOf } from '../../schedules/test/diffusers.js';
import { linearInterpolant } from './linear-interpolant.js';
import { marginal, posterior, transition } from './transition.js';
import { varianceExploding } from './variance-exploding.js';
import { variancePreserving } from './variance-preserving.js';

/** The levels of a table of betas at some of its indices; before the first one data are clean. */
function tableLevels(betas: readonly number[], indices: readonly number[]): NoiseLevel[] {
  const process = variancePreserving(fromBetas(betas));
  return indices.map((i) => (i < 0 ? process.level(Infinity) : process.at((i + 1) / betas.length)));
}

describeGoldens('kernels of a discrete model', improved, (golden) => {
  const steps = number(golden.T);
  // the linear schedule of the peer keeps its total noise, whatever its length
  const betas =
    text(golden.schedule) === 'cosine' ? cosineBetas({ steps }) : linearBetas({ steps, start: 0.1 / steps, end: 20 / steps });
  const levels = tableLevels(betas, respacedIndices(golden.respacing == null ? steps : text(golden.respacing), steps));
  const clean: NoiseLevel = { t: 0, alpha: 1, sigma: 0, logSnr: Infinity };
  const stepOf = (i: number) => {
    const [level, previous] = [levels[i] ?? clean, levels[i - 1] ?? clean];
    return {
      level,
      previous,
      marginal: marginal(level),
      transition: transition(previous, level),
      posterior: posterior(level, previous),
    };
  };

  // the first step, whose posterior has no variance, has that of the second
  const clippedLogVariance = (i: number) => Math.log(stepOf(Math.max(1, i)).posterior.variance);

  if (golden.indices !== undefined) {
    const indices = [...numbers(golden.indices)];
    const steps = indices.map(stepOf);
    return () => ({
      posterior_log_variance_clipped: [indices.map(clippedLogVariance), golden.posterior_log_variance_clipped ?? null],
      alphas_cumprod_next: [
        indices.map((i) => (levels[i + 1]?.alpha ?? 0) ** 2), // after the last there is nothing left
        golden.alphas_cumprod_next ?? null,
      ],
      betas: [steps.map(({ transition }) => transition.variance), golden.betas ?? null],
      alphas_cumprod: [steps.map(({ marginal }) => marginal.x0 ** 2), golden.alphas_cumprod ?? null],
      alphas_cumprod_prev: [steps.map(({ previous }) => previous.alpha ** 2), golden.alphas_cumprod_prev ?? null],
      sqrt_alphas_cumprod: [steps.map(({ level }) => level.alpha), golden.sqrt_alphas_cumprod ?? null],
      sqrt_one_minus_alphas_cumprod: [steps.map(({ level }) => level.sigma), golden.sqrt_one_minus_alphas_cumprod ?? null],
      log_one_minus_alphas_cumprod: [
        steps.map(({ level }) => 2 * Math.log(level.sigma)),
        golden.log_one_minus_alphas_cumprod ?? null,
      ],
      sqrt_recip_alphas_cumprod: [steps.map(({ level }) => 1 / level.alpha), golden.sqrt_recip_alphas_cumprod ?? null],
      sqrt_recipm1_alphas_cumprod: [
        steps.map(({ level }) => level.sigma / level.alpha),
        golden.sqrt_recipm1_alphas_cumprod ?? null,
      ],
      posterior_variance: [steps.map(({ posterior }) => posterior.variance), golden.posterior_variance ?? null],
      posterior_mean_coef1: [steps.map(({ posterior }) => posterior.x0), golden.posterior_mean_coef1 ?? null],
      posterior_mean_coef2: [steps.map(({ posterior }) => posterior.x), golden.posterior_mean_coef2 ?? null],
    });
  }

  const indices = [...numbers(golden.t)];
  const chosen = indices.map(stepOf);
  const [x0, noise] = [slices(golden.x0), slices(golden.noise)];
  const perElement = (f: (step: ReturnType<typeof stepOf>, x0: number, noise: number) => number) =>
    chosen.flatMap((step, i) => [...(x0[i] ?? [])].map((each, j) => f(step, each, noise[i]?.[j] ?? Number.NaN)));
  const noisy = ({ level }: ReturnType<typeof stepOf>, x0: number, noise: number) => level.alpha * x0 + level.sigma * noise;
  return () => ({
    q_sample: [perElement(noisy), golden.q_sample ?? null],
    q_mean: [perElement(({ marginal }, x0) => marginal.x0 * x0), golden.q_mean ?? null],
    q_variance: [chosen.map(({ marginal }) => marginal.variance), numbers(golden.q_variance)],
    posterior_mean: [
      perElement((step, x0, noise) => step.posterior.x * noisy(step, x0, noise) + step.posterior.x0 * x0),
      golden.posterior_mean ?? null,
    ],
    posterior_variance: [chosen.map(({ posterior }) => posterior.variance), numbers(golden.posterior_variance)],
    q_log_variance: [chosen.map(({ marginal }) => Math.log(marginal.variance)), numbers(golden.q_log_variance)],
    posterior_log_variance_clipped: [indices.map(clippedLogVariance), numbers(golden.posterior_log_variance_clipped)],
  });
});

describeGoldens('kernels of a diffusers model', diffusers, (golden) => {
  if (golden.rows === undefined) return undefined;
  const config = record(golden.scheduler_config);
  const { num_inference_steps = null } = golden;
  const visited = num_inference_steps === null ? undefined : indicesOf('DDPMScheduler', config, number(num_inference_steps));
  const before = (t: number) => (visited === undefined ? t - 1 : (visited[visited.indexOf(t) + 1] ?? -1));
  const rows = list(golden.rows).map(record);
  const steps = rows.map(({ t }) => {
    const [level, previous] = tableLevels(betasOf(config), [number(t), before(number(t))]);
    if (level === undefined || previous === undefined) throw new RangeError(`no level for index ${t}`);
    return { variance: posterior(level, previous).variance, beta: transition(previous, level).variance };
  });
  const column = (key: string) => Float64Array.from(rows.map((row) => number(row[key])));
  const small = steps.map(({ variance }) => Math.max(variance, 1e-20)); // the peer's floor
  const range = (fraction: number) =>
    steps.map(({ beta }, i) => (1 - fraction) * Math.log(small[i] ?? 0) + fraction * Math.log(beta));
  return () => ({
    fixed_small: [small, column('fixed_small')],
    fixed_small_log: [small.map(Math.sqrt), column('fixed_small_log')],
    fixed_large: [steps.map(({ beta }) => beta), column('fixed_large')],
    fixed_large_log: [steps.map(({ beta }) => Math.log(beta)), column('fixed_large_log')],
    learned_range: [
      steps.flatMap((_, i) => [0, 0.5, 1].map((fraction) => range(fraction)[i] ?? Number.NaN)),
      Float64Array.from(rows.flatMap((row) => [...numbers(row['learned_range_at_-1_0_1'])])),
    ],
  });
});

describeGoldens('posterior under the variance exploding process', ancestral, (golden) => {
  if (golden.function !== 'get_ancestral_step') return undefined;
  const { level } = varianceExploding(cosine());
  const eta = number(golden.eta);
  // The ancestral step is a draw from the posterior, sigma_up of it new; the peer takes eta of that, and at most all there is.
  const pairs = slices(golden.sigma_from_to).map((pair) => Array.from(pair, (sigma) => level(-2 * Math.log(sigma))));
  const steps = pairs.map(([from = level(0), to = level(0)]) => {
    const { x, variance } = posterior(from, to);
    const added = Math.min(to.sigma, eta * Math.sqrt(variance));
    return [eta === 1 ? x * from.sigma : Math.sqrt(to.sigma ** 2 - added ** 2), added];
  });
  return () => ({ sigma_down_up: [steps.flat(), golden.sigma_down_up ?? null] });
});

const processes = {
  'variance preserving': variancePreserving(cosine()),
  'variance exploding': varianceExploding(clamped(cosine(), { min: -20 })),
  'linear interpolant': linearInterpolant(rectifiedFlow()),
};
/** Three levels in order, from nearly clean to nearly pure noise. */
const ordered = fc
  .uniqueArray(fc.double({ min: -18, max: 18, noNaN: true }), { minLength: 3, maxLength: 3 })
  .map((values) => values.sort((a, b) => b - a))
  .filter(([a = 0, b = 0, c = 0]) => a - b > 1e-6 && b - c > 1e-6);
const close = (actual: number, expected: number, relative = 1e-9) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.max(Math.abs(actual), Math.abs(expected)));

describe.each(Object.entries(processes))('%s', (_, process) => {
  test('transitions compose', () => {
    fc.assert(
      fc.property(ordered, (logSnrs) => {
        const [s, u, t] = logSnrs.map(process.level) as [NoiseLevel, NoiseLevel, NoiseLevel];
        const [first, second, whole] = [transition(s, u), transition(u, t), transition(s, t)];
        close(second.x * first.x, whole.x);
        close(second.x ** 2 * first.variance + second.variance, whole.variance);
      }),
    );
  });

  test('a transition from clean data is the marginal', () => {
    fc.assert(
      fc.property(fc.double({ min: -18, max: 18, noNaN: true }), (logSnr) => {
        const level = process.level(logSnr);
        const { x, variance } = transition(process.level(Infinity), level);
        close(x, marginal(level).x0);
        close(variance, marginal(level).variance);
      }),
    );
  });

  test('the posterior is the Gaussian conditional of the joint (x_s, x_t) given x_0', () => {
    fc.assert(
      fc.property(ordered, ([, cleaner = 0, noisier = 0]) => {
        const [s, t] = [process.level(cleaner), process.level(noisier)];
        const { x } = transition(s, t);
        // cov(x_s, x_t | x_0) = x·σ_s²; the conditional by the Schur complement.
        const gain = (x * s.sigma ** 2) / t.sigma ** 2;
        const found = posterior(t, s);
        close(found.x, gain);
        expect(Math.abs(found.x0 - (s.alpha - gain * t.alpha))).toBeLessThan(1e-9);
        expect(Math.abs(found.variance - (s.sigma ** 2 - gain * x * s.sigma ** 2))).toBeLessThan(1e-9 * s.sigma ** 2);
      }),
    );
  });

  test('both ends are exact', () => {
    const [clean, level] = [process.level(Infinity), process.level(0.3)];
    expect(posterior(level, clean)).toEqual({ x: 0, x0: 1, variance: 0 });
    expect(posterior(clean, clean)).toEqual({ x: 1, x0: 0, variance: 0 });
    expect(transition(level, level)).toEqual({ x: 1, variance: 0 });
  });
});

describe('ends and errors', () => {
  test('from pure noise the posterior is the marginal', () => {
    const process = variancePreserving(fromBetas(zeroTerminalSnr(scaledLinearBetas())));
    const level = process.at(0.5);
    expect(process.at(1)).toMatchObject({ alpha: 0, sigma: 1, logSnr: -Infinity });
    expect(posterior(process.at(1), level)).toEqual({ x: 0, x0: level.alpha, variance: level.sigma ** 2 });
  });

  test('a tiny step loses no digit', () => {
    const process = variancePreserving(cosine());
    const [s, t] = [process.level(1), process.level(1 - 1e-12)];
    const step = s.logSnr - t.logSnr;
    close(transition(s, t).variance, t.sigma ** 2 * step, 1e-12);
    close(posterior(t, s).variance, s.sigma ** 2 * step, 1e-12);
  });

  test('levels in the wrong order are refused by name', () => {
    const { level } = variancePreserving(cosine());
    expect(() => transition(level(0), level(1))).toThrow(expect.objectContaining({ code: 'levels-out-of-order' }));
    expect(() => posterior(level(1), level(0))).toThrow(RangeError);
  });
});
