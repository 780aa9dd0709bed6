/**
 * The Langevin corrector: moves at one level whose size follows from a signal-to-noise ratio `r`, so that it suits every level,
 *
 *     x ← x + c·score + √(2c)·z,    c = 2a²·(r·‖z‖/‖score‖)²,    a = α_t/α_s
 *
 * with `s` the next level: `a²` is the α_i of a discrete model, 1 under a variance exploding process. Song et al. 2021
 * (arXiv 2011.13456), algorithms 4 and 5. `‖z‖/‖score‖` is σ_t for pure noise; with σ_t in its place, the default, this is the
 * move of annealed Langevin dynamics (Song & Ermon 2019, arXiv 1907.05600), and no norm is needed.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { estimate } from './internal/estimate.js';
import { moved, mustMove } from './internal/moves.js';
import { positive } from './internal/positive.js';

/**
 * `x·‖over‖/‖under‖`, with norms of each sample or of the batch; what is opaque to a sampler is measured by its user. A fresh
 * result, without a readback: `rescaled` of `@tweedie/core` on tensors.
 */
export type Rescaled<X> = (x: X, over: X, under: X) => X;

/**
 * Langevin moves at the level that a step leaves. The level of `x` does not change: for use in `predictorCorrector`, or alone on
 * levels that repeat.
 * @param options.snr the ratio `r`, positive, default 0.16
 * @param options.moves how many moves in each step, default 1
 * @param options.rescaled measures norms; by default their ratio is taken for σ
 * @throws RangeError (`snr-not-positive`), (`moves-not-positive`)
 */
export function langevinCorrector<X = Tensor>(
  options: { readonly snr?: number; readonly moves?: number; readonly rescaled?: Rescaled<X> } = {},
): Sampler<X, undefined> {
  const { snr = 0.16, moves = 1, rescaled } = options;
  positive({ snr }, 'snr-not-positive');
  mustMove(moves);
  return {
    path: 'any',
    step(context, x) {
      const { from, to, combine, noise } = context;
      const size = 2 * (snr * (from.alpha === to.alpha ? 1 : from.alpha / to.alpha)) ** 2;
      return moved(x, moves, (at) => {
        const { denoised, score } = estimate(context, at, from);
        const z = noise(from, from);
        const scaled = (each: X) => (rescaled === undefined ? combine([from.sigma, each]) : rescaled(each, z, score));
        return { x: combine([1, at], [size, scaled(scaled(score))], [Math.sqrt(2 * size), scaled(z)]), denoised };
      });
    },
  };
}
