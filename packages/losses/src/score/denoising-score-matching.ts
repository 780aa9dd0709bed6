/**
 * Denoising score matching: the score of noisy data is, on average, that of the noise that was added,
 *
 *     E[ λ(σ)·⟨(s(x_t) + ε/σ)²⟩ ],    x_t = α·x0 + σ·ε
 *
 * which differs from the Fisher divergence to the noisy data by a constant. Vincent 2011 (doi 10.1162/NECO_a_00142); over all noise levels
 * Song & Ermon 2019 (arXiv 1907.05600), eq. 5 and 6. It is the diffusion loss with weight λ/σ² on the squared ε error, and holds for a
 * network that predicts anything.
 */
import type { NoiseLevel, Objective } from '@tweedie/core';
import { type DiffusionBatch, type DiffusionInputs, type DiffusionLossOptions, diffusionLoss } from '../diffusion-loss.js';
import { perScore } from '../weightings/per-score.js';

/** What is trained, under which noise. */
export interface DenoisingScoreMatchingOptions<Condition = undefined> extends Omit<DiffusionLossOptions<Condition>, 'weighting'> {
  /** λ, the weight on the squared error of the score. Default `sigma²`. */
  readonly weight?: (level: NoiseLevel) => number;
}

/**
 * The denoising objective, at all noise levels; `times: fixedTime(t)` for a single one.
 * @throws as `diffusionLoss` does
 */
export function denoisingScoreMatching<Condition = undefined>(
  options: DenoisingScoreMatchingOptions<Condition>,
): Objective<DiffusionBatch<Condition>, DiffusionInputs<Condition>> {
  const { weight = ({ sigma }) => sigma ** 2, ...rest } = options;
  return diffusionLoss({ ...rest, weighting: perScore(weight) });
}
