/**
 * What the gradient `g = ∇ ln p(y | x_t)` of a classifier adds to the estimate of x0, per unit of it. By Tweedie's formula,
 *
 *     α·E[x0 | x_t, y] = x_t + σ²·(score + g),   so that   x0(y) = x0 + (σ²/α)·g
 *
 * which holds for every sampler: Dhariwal & Nichol 2021 (arXiv 2105.05233), algorithm 2. Their algorithm 1 shifts the mean of an
 * ancestral step from t to s by its variance `v`; as that mean is `… + α_s·(1 − SNR_t/SNR_s)·x0`, it is a shift of x0 as well,
 *
 *     x0(y) = x0 + v·g/(α_s·(1 − SNR_t/SNR_s)) = x0 + (σ_s²/α_s)·g   or   x0 + (σ_t²/α_s)·g
 *
 * for the variance of the posterior and of the transition. The two agree as steps become small.
 */
import { mul, type Tensor } from '@tensorflow/tfjs-core';
import { invalid, type Moment, type NoiseLevel, posterior } from '@tweedie/core';

/** What a unit of the gradient adds to x0: a number, or one for each element. */
export type ClassifierShift = (level: NoiseLevel, moment?: Moment) => number | Tensor;

/** Where a step leads; what a shift of the mean goes by. */
type Ahead = Pick<Moment, 'to'>;

/**
 * `σ²/α`: the estimate becomes that of the data given the label, for every sampler.
 * @throws RangeError (`classifier-undefined`) in pure noise, where it is infinite
 */
export function scoreShift({ alpha, sigma }: NoiseLevel): number {
  const shift = sigma ** 2 / alpha;
  if (shift < Infinity) return shift;
  throw invalid(
    'classifier-undefined',
    `classifier guidance shifts x0 by sigma²/alpha of its gradient, which must be finite, got ${sigma}²/${alpha}: wrap the schedule in \`clamped(schedule, { min: -10 })\`, or make \`scale\` a function that is 0 there`,
  );
}

/**
 * Shifts the mean of each ancestral step by its variance times the gradient; for `ddpm` of `@tweedie/samplers`.
 * @param variance of the sampler: `'small'` (default), the posterior's, `'large'`, the transition's, or `'learned'`, what the
 * denoiser notes as `variance`. The last step, to clean data, has none.
 * @throws RangeError (`variance-unknown`); where it is called, TypeError (`moment-missing`) outside a step, and Error
 * (`variance-not-noted`)
 */
export function meanShift(variance?: 'small' | 'large'): (level: NoiseLevel, ahead?: Ahead) => number;
export function meanShift(variance: 'learned'): ClassifierShift;
export function meanShift(variance: 'small' | 'large' | 'learned'): ClassifierShift;
export function meanShift(variance: 'small' | 'large' | 'learned' = 'small'): ClassifierShift {
  if (variance !== 'small' && variance !== 'large' && variance !== 'learned')
    throw invalid('variance-unknown', `\`variance\` must be 'small', 'large' or 'learned', got ${variance}`);
  return (level, moment) => {
    if (moment === undefined)
      throw invalid('moment-missing', '`meanShift` needs the step that is made, got no moment: sample with `sample`', TypeError);
    const { to } = moment;
    if (to.sigma === 0) return 0;
    if (variance !== 'learned') return (variance === 'small' ? to.sigma : level.sigma) ** 2 / to.alpha;
    const noted = moment.recall('variance');
    if (noted === undefined)
      throw invalid('variance-not-noted', 'a learned variance must be noted by the denoiser, as `varianceDenoiser` does', Error);
    return mul(noted, 1 / posterior(level, to).x0);
  };
}
