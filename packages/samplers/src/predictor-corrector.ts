/**
 * Predictor–corrector sampling: at each level a corrector brings `x` closer to the distribution there, then a predictor steps to
 * the next level,
 *
 *     x_t ← corrector(x_t),    x_s ← predictor(x_t)
 *
 * Song et al. 2021 (arXiv 2011.13456), algorithm 1, in the order of their code: the first level is corrected too, and clean data
 * are not.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';

/** What either sampler hands on. */
type Both<Predicting, Correcting> = { readonly predicting?: Predicting; readonly correcting?: Correcting };

/**
 * A sampler around two, of the order of the predictor but for what the corrector leaves.
 * @param predictor any sampler
 * @param corrector a sampler that stays at the level it leaves, as `langevinCorrector`
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { mul } from '@tensorflow/tfjs-core';
 * import { type Denoiser, key, rescaled, sample } from '@tweedie/core';
 * import { varianceExploding } from '@tweedie/forward-process';
 * import { langevinCorrector, predictorCorrector, reverseDiffusion } from '@tweedie/samplers';
 * import { geometric, uniformLogSnr } from '@tweedie/schedules';
 *
 * // The exact denoiser of data N(0, 1), in place of a trained network.
 * const denoiser: Denoiser = (x, { sigma }) => mul(x, 1 / (1 + sigma ** 2));
 *
 * const x = await sample({
 *   denoiser,
 *   process: varianceExploding(geometric()),
 *   grid: uniformLogSnr(),
 *   steps: 50,
 *   sampler: predictorCorrector(reverseDiffusion(), langevinCorrector({ snr: 0.16, rescaled })),
 *   key: key(0),
 *   start: [16, 2],
 * });
 * console.log(x.shape);
 * ```
 */
export function predictorCorrector<X = Tensor, Predicting = unknown, Correcting = unknown>(
  predictor: Sampler<X, Predicting>,
  corrector: Sampler<X, Correcting>,
): Sampler<X, Both<Predicting, Correcting>> {
  return {
    ...predictor,
    step(context, x, last) {
      const corrected = corrector.step(context, x, last?.correcting);
      const predicted = predictor.step(context, corrected.x, last?.predicting);
      const state = {
        ...(predicted.state !== undefined && { predicting: predicted.state }),
        ...(corrected.state !== undefined && { correcting: corrected.state }),
      };
      return { ...predicted, state };
    },
  };
}
