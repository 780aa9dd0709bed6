/**
 * Langevin dynamics: a Markov chain whose stationary distribution is that of the data under the noise of one level,
 *
 *     x ← x + c·score(x) + √(2c)·z
 *
 * exactly so for `c → 0`; on Gaussian data of total variance V the chain keeps V/(1 − c/2V). Luo 2022 (arXiv 2208.11970),
 * eq. 158. It hardly crosses between modes that lie apart, whatever their weights (there eq. 159): `annealedLangevin` does.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { estimate } from './internal/estimate.js';
import { moved, mustMove } from './internal/moves.js';
import { positive } from './internal/positive.js';

/**
 * Langevin dynamics at the level that each step leaves, mostly on a grid that repeats one: a list like `[0.1, 0.1, 0.1]`. The
 * step itself never changes the level of `x`.
 * @param options.size the step size `c`, in the square of the unit of `x`, positive
 * @param options.moves how many moves in each step, default 1
 * @throws RangeError (`size-not-positive`), (`moves-not-positive`)
 */
export function langevin<X = Tensor>(options: { readonly size: number; readonly moves?: number }): Sampler<X, undefined> {
  const { size, moves = 1 } = options;
  positive({ size }, 'size-not-positive');
  mustMove(moves);
  return {
    path: 'any',
    step(context, x) {
      const { from, combine, noise } = context;
      return moved(x, moves, (at) => {
        const { denoised, score } = estimate(context, at, from);
        return { x: combine([1, at], [size, score], [Math.sqrt(2 * size), noise(from, from)]), denoised };
      });
    },
  };
}
