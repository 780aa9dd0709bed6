/**
 * The schedule of a model trained on a table of betas, `q(x_i | x_{i−1}) = N(√(1 − β_i)·x_{i−1}, β_i)`. Entry `i` of `T` (from 0,
 * least noisy) sits at `t = (i + 1)/T`, where
 *
 *     logSnr = ln(ᾱ_i/(1 − ᾱ_i)),   ᾱ_i = Π_{j≤i} (1 − β_j)
 *
 * is met exactly. Ho et al. 2020 (arXiv 2006.11239), eq. 4. Elsewhere:
 *
 * - between entries log-SNR is linear in time (so is `ln(sigma/alpha)`, as the samplers of k-diffusion read fractional indices);
 * - before the first entry `sigma/alpha` is linear in time, from 0 at `t = 0`: log-SNR +Infinity, clean data;
 * - the last entry is `t = 1` and the noisy end. If its β is 1 (zero terminal SNR), `alpha/sigma` is linear in time over the
 *   last interval, down to 0 and log-SNR -Infinity.
 */
import type { NoiseSchedule } from '@tweedie/core';
import { invalid } from './internal/invalid.js';

/**
 * The noise schedule through a table of betas. The slope has a jump at each entry; there it is that of the cleaner side.
 * @param betas variances of the noise added at each step, least noisy first, each in (0, 1); the last may be 1
 * @throws RangeError (`betas-empty`) for no entry, (`beta-out-of-range`) for an entry outside (0, 1) or too small to count
 */
export function fromBetas(betas: readonly number[]): NoiseSchedule {
  const nodes = tableOf(betas);
  const steps = betas.length;
  const node = (i: number): number => nodes[i] ?? -Infinity;

  /** `t·T`, whole where `t` is one of the table's own times `k/T`. */
  const position = (t: number): number => {
    const nearest = Math.round(t * steps);
    return nearest / steps === t ? nearest : t * steps;
  };
  return {
    logSnr: (t) => {
      const u = position(t);
      if (u <= 1) return node(1) - 2 * Math.log(Math.max(0, u));
      const i = Math.min(steps, Math.ceil(u)); // the entry at the noisier end of the interval
      const [clean, noisy] = [node(i - 1), node(i)];
      if (u >= i) return noisy;
      return noisy === -Infinity ? clean + 2 * Math.log(i - u) : noisy + (i - u) * (clean - noisy);
    },
    time: (logSnr) => {
      if (logSnr >= node(1)) return Math.exp((node(1) - logSnr) / 2) / steps;
      if (logSnr <= node(steps)) return 1;
      let [low, high] = [1, steps]; // node(low) > logSnr > node(high)
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (node(middle) > logSnr) low = middle;
        else high = middle;
      }
      const [clean, noisy] = [node(low), node(high)];
      const left = noisy === -Infinity ? Math.exp((logSnr - clean) / 2) : (logSnr - noisy) / (clean - noisy);
      return (high - left) / steps;
    },
    slope: (t) => {
      const u = position(t);
      if (u <= 1) return -2 / t;
      const i = Math.min(steps, Math.ceil(u));
      return node(i) === -Infinity ? -2 / (1 - t) : steps * (node(i) - node(i - 1));
    },
  };
}

/** Log-SNRs at `t = k/T` for k = 0 … T. Sums of `log1p(−β)` keep `1 − ᾱ` exact for small betas. */
function tableOf(betas: readonly number[]): readonly number[] {
  if (betas.length === 0) throw invalid('betas-empty', '`betas` must have at least one entry, got none');
  const nodes = [Infinity];
  let logAlphaBar = 0;
  betas.forEach((beta, i) => {
    const last = i > 0 && i === betas.length - 1;
    logAlphaBar += Math.log1p(-beta);
    const logSnr = logAlphaBar - Math.log(-Math.expm1(logAlphaBar));
    if (!(beta > 0 && (beta < 1 || (last && beta === 1)) && logSnr < (nodes[i] ?? 0)))
      throw invalid(
        'beta-out-of-range',
        `\`betas\` must lie between 0 and 1 (the last may be 1) and each add noise in float64, got ${beta} at index ${i}`,
      );
    nodes.push(logSnr);
  });
  return nodes;
}
