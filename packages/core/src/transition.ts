/**
 * The Gaussian kernels of the forward process between any two of its levels, as plain numbers. With `λ` the log-SNR, `s` the
 * cleaner level and `t` the noisier one:
 *
 *     q(x_t | x_0)      = N(α_t x_0, σ_t²)
 *     q(x_t | x_s)      = N((α_t/α_s) x_s, −σ_t² expm1(λ_t − λ_s))
 *     q(x_s | x_t, x_0) = N((α_t/α_s)(σ_s²/σ_t²) x_t − α_s expm1(λ_t − λ_s) x_0, −σ_s² expm1(λ_t − λ_s))
 *
 * Kingma et al. 2021 (arXiv 2107.00630), appendix A; the discrete form is Ho et al. 2020 (arXiv 2006.11239), eq. 4–7. Written
 * in `expm1` nothing cancels, however close the levels are, and both ends are exact.
 */
import type { NoiseLevel } from './contracts.js';
import { invalid } from './error.js';

/** `q(x_t | x_0)`: mean `x0·x_0`, and the variance. */
export interface Marginal {
  readonly x0: number;
  readonly variance: number;
}

/** `q(x_t | x_s)`: mean `x·x_s`, and the variance. */
export interface Transition {
  readonly x: number;
  readonly variance: number;
}

/** `q(x_s | x_t, x_0)`: mean `x·x_t + x0·x_0`, and the variance. */
export interface Posterior {
  readonly x: number;
  readonly x0: number;
  readonly variance: number;
}

/** The marginal `q(x_t | x_0)` at a level. */
export function marginal({ alpha, sigma }: NoiseLevel): Marginal {
  return { x0: alpha, variance: sigma * sigma };
}

/**
 * The transition `q(x_t | x_s)` that adds noise. Its variance is the β of a discrete model.
 * @param from the cleaner level `s`, of the same process
 * @param to the noisier level `t`; at the same log-SNR nothing is added
 * @throws RangeError (`levels-out-of-order`) if `to` is less noisy than `from`
 */
export function transition(from: NoiseLevel, to: NoiseLevel): Transition {
  const kept = ordered(from, to);
  if (kept === 0) return { x: 1, variance: 0 };
  return { x: to.alpha / from.alpha, variance: to.sigma ** 2 * kept };
}

/**
 * The posterior `q(x_s | x_t, x_0)`, what an ancestral sampling step draws from. At clean data it is `x_0` itself.
 * @param from the noisier level `t`
 * @param to the cleaner level `s`, of the same process; at the same log-SNR `x_t` stays as it is
 * @throws RangeError (`levels-out-of-order`) if `to` is noisier than `from`
 */
export function posterior(from: NoiseLevel, to: NoiseLevel): Posterior {
  const kept = ordered(to, from);
  if (kept === 0) return { x: 1, x0: 0, variance: 0 };
  return { x: (from.alpha / to.alpha) * (to.sigma / from.sigma) ** 2, x0: to.alpha * kept, variance: to.sigma ** 2 * kept };
}

/** `1 − SNR(noisy)/SNR(clean)`, 0 at equal levels (at the ends too, where the difference of log-SNRs is NaN). */
function ordered(clean: NoiseLevel, noisy: NoiseLevel): number {
  if (noisy.logSnr === clean.logSnr) return 0;
  if (!(noisy.logSnr < clean.logSnr))
    throw invalid(
      'levels-out-of-order',
      `noise must not fall along a transition or rise along a posterior, got log-SNR ${clean.logSnr} at the cleaner level and ${noisy.logSnr} at the noisier one`,
    );
  return -Math.expm1(noisy.logSnr - clean.logSnr);
}
