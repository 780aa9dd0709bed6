/**
 * What a U-Net's blocks are told: the noise level, and the class if there is one.
 *
 *     e = silu(time2(silu(time1(sinusoids(noise)))) + class(label))
 *
 * Ho et al. 2020 (arXiv 2006.11239); the class as in Dhariwal & Nichol 2021 (arXiv 2105.05233). Parameters `time1`, `time2`, `class`.
 */
import { add, fill, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { classEmbedding } from './class-embedding.js';
import { linear } from './linear.js';
import type { Scope } from './scope.js';
import { silu } from './silu.js';
import { type SinusoidalOptions, sinusoidal } from './sinusoidal.js';

/** Sizes of a {@link noiseEmbedding}. */
export interface NoiseEmbeddingOptions {
  /** The sinusoids of the noise level. */
  readonly sinusoids: SinusoidalOptions;
  /** Length of the result. */
  readonly width: number;
  /** Number of classes; index `classes` means "none". Default 0: no class embedding. */
  readonly classes?: number;
}

/** An embedding of noise levels [batch] and, if there are classes, int32 labels [batch], to [batch, width]. Without labels all are "none". */
export function noiseEmbedding(scope: Scope, options: NoiseEmbeddingOptions): (noise: Tensor1D, labels?: Tensor) => Tensor {
  const { sinusoids, width, classes = 0 } = options;
  const time1 = linear(scope.child('time1'), sinusoids.width, width);
  const time2 = linear(scope.child('time2'), width, width);
  const table = classes > 0 ? classEmbedding(scope.child('class'), classes + 1, width) : undefined;
  return (noise, labels) =>
    tidy(() => {
      const time = time2(silu(time1(sinusoidal(noise, sinusoids))));
      return silu(table === undefined ? time : add(time, table(labels ?? fill([noise.size], classes, 'int32'))));
    });
}
