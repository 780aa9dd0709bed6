/**
 * Explicit score matching: the Fisher divergence to a distribution whose score is known,
 *
 *     E[ ⟨(s(x) − ∇ln p(x))²⟩ ]
 *
 * for toys, and for learning from another model. Hyvärinen 2005 (JMLR 6, 695), eq. 2; Luo 2022 (arXiv 2208.11970), eq. 157.
 */
import { sub, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { disposeAll, type NoiseLevel, type Objective } from '@tweedie/core';
import type { DiffusionBatch } from '../diffusion-loss.js';
import { products, scaledScore, weighed } from '../internal/scaled-score.js';
import { observing } from '../internal/timed.js';
import { type ScoreInputs, type ScoreMatchingOptions, scoreInputs } from './score-inputs.js';

/** What is trained, where, and towards which score. */
export interface ExplicitScoreMatchingOptions<Condition = undefined> extends ScoreMatchingOptions<Condition> {
  /** `∇ln p(x)`, and of noisy data `∇ln p_t(x)`, of one sample; a Gaussian mixture's `score` is one. */
  readonly score: (x: readonly number[], level?: NoiseLevel) => readonly number[];
}

/** What one evaluation needs, owned by the caller. */
export interface ExplicitInputs<Condition = undefined> extends ScoreInputs<Condition> {
  /** The known score, times σ where there is noise. */
  readonly target: Tensor;
}

/**
 * The Fisher divergence to a known score, over the number of elements; with noise, weighted as the squared ε error. Reads the batch back.
 * @throws as `diffusionLoss` does
 */
export function explicitScoreMatching<Condition = undefined>(
  options: ExplicitScoreMatchingOptions<Condition>,
): Objective<DiffusionBatch<Condition>, ExplicitInputs<Condition>> {
  const { network, score, diffused } = options;
  return {
    parameters: network.parameters,
    async prepare(batch, key, memory) {
      const { inputs, sites } = scoreInputs(options, batch, key, memory);
      try {
        const values = await inputs.x.data();
        const [count = 0] = inputs.x.shape;
        const targets = Array.from({ length: count }, (_, i) => {
          const sample = [...values.slice((i * values.length) / count, ((i + 1) * values.length) / count)];
          const site = sites?.[i];
          if (site === undefined) return score(sample);
          const { level, scale } = site;
          return score(
            sample.map((value) => value / scale),
            level,
          ).map((value) => level.sigma * value);
        });
        return { ...inputs, target: tensor(Float32Array.from(targets.flat()), inputs.x.shape) };
      } catch (error) {
        disposeAll(inputs);
        throw error;
      }
    },
    evaluate: (inputs) =>
      tidy(() => {
        const error = sub(scaledScore(network, inputs)(inputs.x), inputs.target);
        return weighed(inputs, products(error, error));
      }),
    ...observing(diffused?.times),
  };
}
