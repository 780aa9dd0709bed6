/**
 * Flow matching on straight paths, on any schedule: the squared error of the velocity `ε − x0` at times `τ = σ/(α + σ)` of
 * density `π`,
 *
 *     w(λ) = e^(−λ/2)·π(τ),   τ = 1/(1 + e^(λ/2))
 *
 * per log-SNR λ. Uniform times, `π = 1`, are FM-OT in Kingma & Gao 2023 (arXiv 2303.00848), table 1, and the v loss on the cosine
 * schedule up to a factor; the densities of Esser et al. 2024 (arXiv 2403.03206), section 3.1, are `logitNormal`, `mode` and
 * `cosMap`, and `e^(−λ/2)·π(τ)` is their `τ/(1 − τ)·π(τ)`.
 */
import type { Weighting } from '@tweedie/core';
import type { TimeDensity } from '../times/drawn.js';
import { perLogSnr } from './per-log-snr.js';

/**
 * The weighting of flow matching, per log-SNR.
 * @param times how often each time of the straight path counts, 0 being data and 1 noise. Uniform by default
 */
export function fmOt(times: Pick<TimeDensity, 'density'> = { density: () => 1 }): Weighting {
  return perLogSnr((logSnr) => {
    const ratio = Math.exp(-logSnr / 2);
    return ratio * times.density(ratio / (1 + ratio));
  });
}
