/**
 * Annealed Langevin dynamics: at each level of a ladder of falling noise some moves of Langevin dynamics, from where the level
 * before ended. The size of the moves goes with the variance of the noise, `c_i ∝ σ_i²`:
 *
 *     x ← x + ½α_i·score(x, σ_i) + √α_i·z,    α_i = ε·σ_i²/σ_L² = (2r·σ_i)²
 *
 * Song & Ermon 2019 (arXiv 1907.05600), algorithm 1, for `x = x0 + σ·z`. High levels join the modes, so that each gets its
 * weight, which a chain at one low level cannot find out. A ladder that ends at `σ = 0` ends with an estimate of `x0`, the last
 * step of Song & Ermon 2020 (arXiv 2006.09011).
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { langevinCorrector } from './langevin-corrector.js';

/**
 * Annealed Langevin dynamics, made for variance exploding processes on a geometric ladder: between levels `x` stays as it is.
 * @param options.snr the ratio `r = √ε/2σ_L` of step and noise, positive; default √0.05, that of the paper
 * @param options.moves how many moves at each level, default 100
 * @throws RangeError (`snr-not-positive`), (`moves-not-positive`)
 */
export function annealedLangevin<X = Tensor>(
  options: { readonly snr?: number; readonly moves?: number } = {},
): Sampler<X, undefined> {
  const { snr = Math.sqrt(0.05), moves = 100 } = options;
  const chain = langevinCorrector<X>({ snr, moves });
  return {
    step(context, x) {
      const { from, to, denoise } = context;
      const moved = chain.step({ ...context, to: from }, x, undefined);
      if (to.sigma > 0) return moved;
      const denoised = denoise(moved.x, from);
      return { x: denoised, denoised };
    },
  };
}
