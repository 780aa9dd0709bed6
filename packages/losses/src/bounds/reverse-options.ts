/** What the objectives of a discrete bound share: a chain of `steps` noisy levels, and a Gaussian step back from each. */
import {
  type ForwardProcess,
  type Grid,
  invalid,
  type Network,
  type NoiseLevel,
  type Parameterization,
  type TimeSampler,
  undefinedAt,
} from '@tweedie/core';
import { counted } from '../internal/checks.js';
import type { Decoder } from './decoder.js';
import { collected, type MeanCoefficients, meanCoefficients, type ReverseStep, reverseSteps } from './reverse-step.js';
import type { ReverseVariance } from './reverse-variance.js';

/** A model of discrete steps. */
export interface ReverseOptions<Condition = undefined> {
  readonly network: Network<Condition>;
  readonly process: ForwardProcess;
  readonly parameterization: Parameterization;
  /** How many steps; 1000 by default. */
  readonly steps?: number;
  /** The levels, of which a clean last one stands for the data; by default `steps` equal parts of time. */
  readonly grid?: Grid;
  /** How the step to train is chosen: that in which a time lies, were all equally long. Default `stratified`. */
  readonly times?: TimeSampler;
  /** Of the steps. Default `fixedSmall`, and `learnedRange` where a variance is learned. */
  readonly variance?: ReverseVariance;
  /** Default `discretizedGaussian()`: 8-bit data from −1 to 1. */
  readonly decoder?: Decoder;
  /**
   * The largest absolute value of the data, to which the estimate of them is cut, as when samples are drawn. Default Infinity,
   * which is right for training: an estimate that is cut has no gradient.
   */
  readonly limit?: number;
}

/** A step with what its mean is made of. */
export interface PlannedStep extends ReverseStep {
  readonly mean: MeanCoefficients;
}

/**
 * The steps of a model, from the one to the data on.
 * @throws RangeError (`steps-not-positive`, `limit-not-positive`), (`parameterization-undefined`) where a mean is not finite,
 * as with epsilon at pure noise, and what {@link reverseSteps} throws
 */
export function plannedSteps<Condition>(options: ReverseOptions<Condition>): readonly PlannedStep[] {
  const { process, parameterization, steps = 1000, grid, limit = Infinity } = options;
  counted({ steps });
  if (!(limit > 0)) throw invalid('limit-not-positive', `\`limit\` must be positive, got ${limit}`);
  const levels: readonly NoiseLevel[] =
    grid === undefined
      ? Array.from({ length: steps }, (_, i) => process.at((i + 1) / steps))
      : grid(process, steps)
          .filter(({ sigma }) => sigma > 0)
          .reverse();
  return reverseSteps(levels).map((step) => {
    const coefficients = meanCoefficients(step, parameterization);
    const mean = limit === Infinity ? collected(coefficients) : coefficients;
    if (!(Number.isFinite(mean.skip) && Number.isFinite(mean.out)))
      throw undefinedAt(step.level, { skip: mean.skip, out: mean.out });
    return { ...step, mean };
  });
}
