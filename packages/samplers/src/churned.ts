/**
 * Churn: before each step, raise the noise a little with a fresh draw, and let the sampler start from there. In `r = σ/α`,
 *
 *     r̂ = (1 + γ)·r,    x̂/α̂ = x/α + √(r̂² − r²)·s·z,    γ = min(amount/steps, √2 − 1)  where min ≤ r ≤ max
 *
 * so that errors made earlier are forgotten. Karras et al. 2022 (arXiv 2206.00364), algorithm 2, whose S_churn, S_tmin, S_tmax
 * and S_noise these are.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { invalid } from './internal/invalid.js';
import { notNegative } from './internal/not-negative.js';

/**
 * `sampler` with churn before each step; the sampler's order, with noise.
 * @param options.amount how much in all, S_churn; 0 changes nothing
 * @param options.min smallest `σ/α` to churn at, default 0
 * @param options.max largest, default Infinity
 * @param options.scale standard deviation of the draws, S_noise, default 1; a little more makes up for what estimates of x0 lose
 * @throws RangeError (`churn-out-of-range`) unless `amount` and `scale` are finite and not negative, and `0 ≤ min ≤ max`; while sampling
 * under a step control, (`churn-uncounted`)
 */
export function churned<X = Tensor, State = unknown>(
  sampler: Sampler<X, State>,
  options: { readonly amount: number; readonly min?: number; readonly max?: number; readonly scale?: number },
): Sampler<X, State> {
  const { amount, min = 0, max = Infinity, scale = 1 } = options;
  notNegative({ amount, scale }, 'churn-out-of-range');
  if (!(0 <= min && min <= max))
    throw invalid('churn-out-of-range', `\`min\` must not be negative or above \`max\`, got ${min} and ${max}`);
  return {
    ...sampler,
    step(context, x, state) {
      const { from, process, combine, noise, count } = context;
      if (count === Infinity && amount > 0)
        throw invalid(
          'churn-uncounted',
          '`amount` is shared among all steps, and under a step control nobody knows how many there are',
        );
      const ratio = Math.exp(-from.logSnr / 2);
      const gamma = Math.min(amount / count, Math.SQRT2 - 1);
      if (gamma === 0 || ratio < min || ratio > max || ratio === Infinity) return sampler.step(context, x, state);
      const raised = process.level(from.logSnr - 2 * Math.log1p(gamma));
      const fresh = scale * raised.alpha * ratio * Math.sqrt(gamma * (2 + gamma));
      const noisier = combine([raised.alpha / from.alpha, x], [fresh, noise(from, raised)]);
      return sampler.step({ ...context, from: raised }, noisier, state);
    },
  };
}
