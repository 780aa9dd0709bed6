/**
 * Sliced score matching: implicit score matching along random directions v of covariance I, at a cost that does not grow with dimension,
 *
 *     E[ ⟨s²⟩ + (2/D)·vᵀ(∂s/∂x)v ],    and without variance reduction    E[ (vᵀs)²/D + (2/D)·vᵀ(∂s/∂x)v ]
 *
 * Song et al. 2019 (arXiv 1905.07088), eq. 7 and 8.
 */
import { reshape, slice, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { foldIn, type Key, type Objective } from '@tweedie/core';
import type { DiffusionBatch } from '../diffusion-loss.js';
import { counted } from '../internal/checks.js';
import { type ProbedOptions, probedScoreMatching } from './probed-score-matching.js';
import { rademacher } from './rademacher.js';
import type { ScoreInputs } from './score-inputs.js';

/** What is trained, where, and along which directions. */
export interface SlicedOptions<Condition = undefined> extends ProbedOptions<Condition> {
  /** Draws directions, whose elements have mean 0, variance 1 and no correlation: {@link rademacher}, the default, or core's `normal`. */
  readonly directions?: (key: Key, shape: readonly number[]) => Tensor;
  /** Directions for each sample. Default 1. */
  readonly count?: number;
  /** Whether ‖s‖² is taken as it is, and not along the directions. Default true. */
  readonly varianceReduced?: boolean;
}

/** What one evaluation needs, owned by the caller. */
export interface SlicedInputs<Condition = undefined> extends ScoreInputs<Condition> {
  /** `[batch, count, …]` */
  readonly directions: Tensor;
}

/** Folded into the key, so that times and noise are those of the other objectives. */
const DIRECTIONS = 0x736c6963;

/**
 * The sliced objective, on the data or, `diffused`, on noisy data. It has no lower bound: losses are negative where it goes well.
 * @throws RangeError (`count-not-positive`); Error (`second-order-wrong`) from the first `prepare` if tfjs cannot differentiate the
 * network twice
 */
export function slicedScoreMatching<Condition = undefined>(
  options: SlicedOptions<Condition>,
): Objective<DiffusionBatch<Condition>, SlicedInputs<Condition>> {
  const { directions: draw = rademacher, count = 1, varianceReduced = true } = options;
  counted({ count });
  return probedScoreMatching(
    options,
    (inputs, key): SlicedInputs<Condition> => {
      const [batch = 0, ...shape] = inputs.x.shape;
      return { ...inputs, directions: draw(foldIn(key, DIRECTIONS), [batch, count, ...shape]) };
    },
    {
      directions: ({ x, directions }) => Array.from({ length: count }, (_, i) => nth(directions, i, x.shape)),
      share: 1 / count,
      projected: !varianceReduced,
    },
  );
}

function nth(directions: Tensor, i: number, shape: readonly number[]): Tensor {
  return tidy(() => reshape(slice(directions, [0, i], [-1, 1]), [...shape]));
}
