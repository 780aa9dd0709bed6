/**
 * Learning rates as functions of the number of updates already made. A warm-up rises linearly from 0, so that the first
 * update of `warmUp` > 0 has rate 0, as in the Python library diffusers, whose numbers these are.
 */
import { invalid } from '@tweedie/core';

/** The rate of an update, from the number of updates before it: 0 for the first. */
export type LearningRate = (step: number) => number;

/** A peak that is reached after a linear rise over `warmUp` updates (default 0). */
export interface ConstantRateOptions {
  readonly peak: number;
  readonly warmUp?: number;
}

/** As {@link ConstantRateOptions}, and the number of updates after which the rate has fallen to its end. */
export interface DecayingRateOptions extends ConstantRateOptions {
  readonly steps: number;
}

/**
 * Rises to `peak` and stays.
 * @throws RangeError (`learning-rate-invalid`, `warm-up-invalid`)
 */
export function constantRate({ peak, warmUp = 0 }: ConstantRateOptions): LearningRate {
  return warmedUp({ peak, warmUp, steps: Number.POSITIVE_INFINITY }, () => 1);
}

/**
 * Rises to `peak`, then falls along a straight line to 0.
 * @throws as {@link constantRate}
 */
export function linearRate({ peak, warmUp = 0, steps }: DecayingRateOptions): LearningRate {
  return polynomialRate({ peak, warmUp, steps, power: 1 });
}

/**
 * Rises to `peak`, then falls along half a cosine wave to 0. Loshchilov & Hutter 2016 (arXiv 1608.03983), eq. 5.
 * @throws as {@link constantRate}
 */
export function cosineRate({ peak, warmUp = 0, steps }: DecayingRateOptions): LearningRate {
  return cosineRestartsRate({ peak, warmUp, steps, cycles: 1 });
}

/**
 * As {@link cosineRate}, `cycles` times over, each from `peak` again.
 * @throws as {@link constantRate}; RangeError (`cycles-not-positive`)
 */
export function cosineRestartsRate(options: DecayingRateOptions & { readonly cycles: number }): LearningRate {
  const { cycles } = options;
  if (!Number.isInteger(cycles) || cycles < 1)
    throw invalid('cycles-not-positive', `\`cycles\` must be a positive integer, got ${cycles}`);
  return warmedUp(options, (progress) => (progress >= 1 ? 0 : (1 + Math.cos(Math.PI * ((cycles * progress) % 1))) / 2));
}

/**
 * Rises to `peak`, then falls as `end + (peak − end)·(1 − progress)^power`.
 * @throws as {@link constantRate}; RangeError (`power-not-positive`)
 */
export function polynomialRate(options: DecayingRateOptions & { readonly power: number; readonly end?: number }): LearningRate {
  const { peak, power, end = 0 } = options;
  if (!(power > 0)) throw invalid('power-not-positive', `\`power\` must be positive, got ${power}`);
  const floor = end / peak;
  return warmedUp(options, (progress) => (progress >= 1 ? floor : floor + (1 - floor) * (1 - progress) ** power));
}

function warmedUp({ peak, warmUp = 0, steps }: DecayingRateOptions, shape: (progress: number) => number): LearningRate {
  if (!(peak > 0 && peak < Number.POSITIVE_INFINITY))
    throw invalid('learning-rate-invalid', `\`peak\` must be positive and finite, got ${peak}`);
  if (!Number.isInteger(warmUp) || warmUp < 0 || warmUp >= steps)
    throw invalid('warm-up-invalid', `\`warmUp\` must be an integer from 0 to below \`steps\` (${steps}), got ${warmUp}`);
  return (step) => peak * (step < warmUp ? step / warmUp : shape((step - warmUp) / (steps - warmUp)));
}
