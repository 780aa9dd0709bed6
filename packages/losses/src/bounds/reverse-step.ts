/**
 * The steps from noise to data of a discrete bound, as plain numbers. Between the level `t` of a step and the cleaner one `s`
 * before it, the last of which is the data itself,
 *
 *     q(x_s | x_t, x_0) = N(c_x·x_t + c_0·x_0, β̃),   p(x_s | x_t) = N(c_x·x_t + c_0·x̂_0, Σ),   x̂_0 = skip·x_t + out·F
 *
 * Ho et al. 2020 (arXiv 2006.11239), eq. 6–7; Luo 2022 (arXiv 2208.11970), eq. 84.
 */
import { invalid, type NoiseLevel, type Parameterization, posterior, transition } from '@tweedie/core';
import type { Arithmetic, Operand } from './arithmetic.js';

/** The logarithms of variances that a step knows without a network. */
export type VarianceBounds<X = number> = {
  /** Of the posterior, `ln β̃`. The step to data, whose posterior has no variance, has that of the step before. */
  readonly small: Operand<X>;
  /** Of the transition, `ln β`; in the step to data `small`. */
  readonly large: Operand<X>;
  /** Of the transition, `ln β`, in every step. */
  readonly transition: Operand<X>;
};

/** How the mean of `p(x_s | x_t)` follows from `x_t` and the network's output. */
export type MeanCoefficients<X = number> = {
  readonly skip: Operand<X>;
  readonly out: Operand<X>;
  /** `c_x`, on `x_t`. */
  readonly noisy: Operand<X>;
  /** `c_0`, on the data. */
  readonly data: Operand<X>;
};

/** One step from a level to the one before. */
export interface ReverseStep extends Pick<MeanCoefficients, 'noisy' | 'data'>, VarianceBounds {
  readonly level: NoiseLevel;
  /** The level before, from which `level` comes by one transition; undefined for the data. */
  readonly previous: NoiseLevel | undefined;
}

/**
 * The steps between levels.
 * @param levels of one process, from the least noisy one to the noisiest, without the clean one
 * @throws RangeError (`levels-empty`) for none, (`levels-not-noisy`) if one has no noise, (`levels-out-of-order`)
 */
export function reverseSteps(levels: readonly NoiseLevel[]): readonly ReverseStep[] {
  if (levels.length === 0) throw invalid('levels-empty', 'a bound needs at least one noisy level, got none');
  const between = levels.map((level, i) => kernels(level, levels[i - 1]));
  return between.map(({ level, previous, noisy, data, variance, added }, i) => {
    const beta = Math.log(added);
    const small = previous === undefined ? Math.log(between[i + 1]?.variance ?? added) : Math.log(variance);
    return { level, previous, noisy, data, small, large: previous === undefined ? small : beta, transition: beta };
  });
}

function kernels(level: NoiseLevel, previous: NoiseLevel | undefined) {
  if (!(level.sigma > 0 && level.sigma < Infinity))
    throw invalid('levels-not-noisy', `the levels of a bound must have noise, and finite, got sigma ${level.sigma}`);
  // the posterior at clean data is x_0 itself, and the transition from it is the marginal
  if (previous === undefined) return { level, previous, noisy: 0, data: 1, variance: 0, added: level.sigma ** 2 };
  const { x, x0, variance } = posterior(level, previous);
  return { level, previous, noisy: x, data: x0, variance, added: transition(previous, level).variance };
}

/** The coefficients of a step's mean under a parameterisation. */
export function meanCoefficients({ level, noisy, data }: ReverseStep, parameterization: Parameterization): MeanCoefficients {
  const { skip, out } = parameterization(level);
  return { skip, out, noisy, data };
}

/**
 * The same mean with everything on the network's input and output multiplied out, `skip·x_t + out·F`: finite and exact also
 * where the estimate of the data is a small difference of large numbers.
 */
export function collected({ skip, out, noisy, data }: MeanCoefficients): MeanCoefficients {
  return { skip: noisy + data * skip, out: data * out, noisy: 0, data: 1 };
}

/**
 * The mean of `p(x_s | x_t)`.
 * @param limit the largest absolute value of the data, to which the estimate of them is cut; Infinity leaves it alone
 */
export function modelMean<X>(
  { add, mul, max, min }: Arithmetic<X>,
  { skip, out, noisy, data }: MeanCoefficients<X>,
  x: X,
  output: X,
  limit: number,
): X {
  const estimate = add(mul(skip, x), mul(out, output));
  if (limit === Infinity) return add(mul(noisy, x), mul(data, estimate));
  return add(mul(noisy, x), mul(data, max(min(estimate, limit), -limit)));
}
