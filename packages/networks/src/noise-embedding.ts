/**
 * What a U-Net's blocks are told: the noise level, and the condition if there is one.
 *
 *     e = silu(time2(silu(time1(sinusoids(noise)))) + class(label) + vector·weight + bias)
 *
 * Ho et al. 2020 (arXiv 2006.11239); the condition as in `condition-embedding.ts`. Parameters `time1`, `time2`, and those of the condition.
 */
import { add, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { type AnyCondition, type ConditionSizes, conditionEmbedding } from './condition-embedding.js';
import { linear } from './linear.js';
import type { Scope } from './scope.js';
import { silu } from './silu.js';
import { type SinusoidalOptions, sinusoidal } from './sinusoidal.js';

/** Sizes of a {@link noiseEmbedding}. */
export interface NoiseEmbeddingOptions extends ConditionSizes {
  /** The sinusoids of the noise level. */
  readonly sinusoids: SinusoidalOptions;
  /** Length of the result. */
  readonly width: number;
}

/** An embedding of noise levels [batch] and a condition to [batch, width]; what the condition leaves out is "none". */
export function noiseEmbedding(
  scope: Scope,
  options: NoiseEmbeddingOptions,
): (noise: Tensor1D, condition?: AnyCondition) => Tensor {
  const { sinusoids, width } = options;
  const time1 = linear(scope.child('time1'), sinusoids.width, width);
  const time2 = linear(scope.child('time2'), width, width);
  const embed = conditionEmbedding(scope, width, options);
  return (noise, condition) =>
    tidy(() => {
      const time = time2(silu(time1(sinusoidal(noise, sinusoids))));
      return silu(embed(condition, noise.size).reduce((sum, term) => add(sum, term), time));
    });
}
