/**
 * Implicit score matching: the Fisher divergence up to a constant, without the score of the data,
 *
 *     E[ ⟨s²⟩ + (2/D)·tr ∂s/∂x ]
 *
 * with the trace exact, one pass for each of the D elements of a sample: for small D. Hyvärinen 2005 (JMLR 6, 695), eq. 4.
 */
import { broadcastTo, oneHot, reshape, type Tensor } from '@tensorflow/tfjs-core';
import type { Objective } from '@tweedie/core';
import type { DiffusionBatch } from '../diffusion-loss.js';
import { type ProbedOptions, probedScoreMatching } from './probed-score-matching.js';
import type { ScoreInputs } from './score-inputs.js';

/**
 * The implicit objective, on the data or, `diffused`, on noisy data. It has no lower bound: losses are negative where it goes well.
 * @throws Error (`second-order-wrong`) from the first `prepare` if tfjs cannot differentiate the network twice
 */
export function implicitScoreMatching<Condition = undefined>(
  options: ProbedOptions<Condition>,
): Objective<DiffusionBatch<Condition>, ScoreInputs<Condition>> {
  return probedScoreMatching(options, (inputs) => inputs, { directions: ({ x }) => axes(x), share: 1, projected: true });
}

/** The unit vectors of a sample's space, each for every sample. */
function axes(x: Tensor): readonly Tensor[] {
  const [, ...shape] = x.shape;
  const size = shape.reduce((product, length) => product * length, 1);
  return Array.from({ length: size }, (_, i) => broadcastTo(reshape(oneHot([i], size, 1, 0, 'float32'), [1, ...shape]), x.shape));
}
