/**
 * DPM-Solver in ε, multistep: the polynomial through the last estimates of the noise is integrated exactly against the
 * exponential of the flow. With `h` the step in half log-SNR, `ln(α/σ)`,
 *
 *     x_t = (α_t/α_s)·x_s − (1 + η)·σ_t·h∫₀¹ e^{h(1−τ)} ε(τ) dτ + σ_t·√(η·(e^{2h} − 1))·z
 *
 * Lu et al. 2022 (arXiv 2206.00927), proposition 3.1; `η = 1`, the reverse SDE, is SDE-DPM-Solver (arXiv 2211.01095). At
 * order 3 the authors' code and diffusers count only half of the curvature, as said of {@link dpmpp3m}.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { firstOrder, integrated, type Known } from './exponential.js';
import { type DpmSolverOptions, dpmSolverOptions } from './internal/dpm-solver-options.js';
import { invalid } from './internal/invalid.js';
import { epsilonOf, isPureNoise } from './internal/multistep.js';

/**
 * Multistep DPM-Solver, of the given order; of weak order 1 with noise. The first steps look back on what there is, and one from
 * pure noise or to `σ = 0` is DDIM's, as the exponential is infinite there.
 * @param options.order 1, 2 (default) or 3
 * @param options.kind with two values `'midpoint'` (default) takes the line's value at the middle, `'heun'` its exact integral
 * @param options.eta fresh noise: 0 (default) is the flow ODE, 1 the reverse SDE
 * @param options.scale standard deviation of the draws, default 1
 * @throws RangeError (`order-out-of-range`, `kind-unknown`, `eta-out-of-range`, `scale-out-of-range`)
 */
export function dpmSolverMultistep<X = Tensor>(
  options: DpmSolverOptions & { readonly order?: 1 | 2 | 3 } = {},
): Sampler<X, Known<X>> {
  const { order = 2 } = options;
  if (order !== 1 && order !== 2 && order !== 3) throw invalid('order-out-of-range', `\`order\` must be 1, 2 or 3, got ${order}`);
  const { eta, scale, line } = dpmSolverOptions(options);
  return {
    step(context, x, past = []) {
      const { from, to, denoise, combine, noise } = context;
      const denoised = denoise(x, from);
      const h = (to.logSnr - from.logSnr) / 2;
      if (h === Infinity || isPureNoise(from)) return { x: combine(...firstOrder(from, to, x, denoised)), denoised, state: [] };

      const epsilon = epsilonOf(context, x, from, denoised);
      const known = [{ value: epsilon, logSnr: from.logSnr }, ...past].slice(0, order);
      const mean = [[to.alpha / from.alpha, x] as const, ...integrated(known, { from, to }, h, (1 + eta) * to.sigma, line)];
      const deviation = scale * to.sigma * Math.sqrt(eta * Math.expm1(2 * h));
      return {
        x: deviation === 0 ? combine(...mean) : combine(...mean, [deviation, noise(from, to)]),
        denoised,
        state: known.slice(0, order - 1),
      };
    },
  };
}
