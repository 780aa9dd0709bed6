import type { StepControl } from '@tweedie/core';
import { invalid } from './invalid.js';
import { notNegative } from './not-negative.js';
import { positive } from './positive.js';

/** What step controls have in common. */
export interface ToleranceOptions {
  /** Error allowed per step, in the units of `x`, not negative; default 0.0078, a grey level of 256 in data from −1 to 1. */
  readonly absolute?: number;
  /**
   * Error allowed per step, as a share of `x`, where that is more; not negative, default 0.05. It is a share of `x` before the step
   * where that is larger: under variance exploding processes, where `x` shrinks a lot, ask for less.
   */
  readonly relative?: number;
  /** The order of the sampler's better estimate; default 3. */
  readonly order?: number;
  /** The first length to try; default 0.05. */
  readonly first?: number;
  /** What lengths are in; default half log-SNR. */
  readonly coordinate?: StepControl['coordinate'];
  /** Whose root mean square: that of all numbers of the batch, or the largest of the samples'. */
  readonly norm?: StepControl['norm'];
  /** How many tries a run may take; default 10,000. */
  readonly limit?: number;
}

/**
 * The options with their defaults.
 * @throws RangeError (`control-out-of-range`), TypeError (`coordinate-unknown`, `norm-unknown`)
 */
export function toleranceOf(
  options: ToleranceOptions,
  usual: StepControl['norm'],
): Omit<StepControl, 'next'> & { readonly order: number } {
  const { absolute = 0.0078, relative = 0.05, order = 3, first = 0.05, limit = 10_000 } = options;
  const { coordinate = 'halfLogSnr', norm = usual } = options;
  positive({ order, first, limit }, 'control-out-of-range');
  notNegative({ absolute, relative }, 'control-out-of-range');
  if (absolute + relative === 0)
    throw invalid('control-out-of-range', '`absolute` or `relative` must be positive, got 0 for both');
  if (coordinate !== 'halfLogSnr' && coordinate !== 'time')
    throw invalid('coordinate-unknown', `\`coordinate\` must be 'halfLogSnr' or 'time', got ${String(coordinate)}`, TypeError);
  if (norm !== 'batch' && norm !== 'largest')
    throw invalid('norm-unknown', `\`norm\` must be 'batch' or 'largest', got ${String(norm)}`, TypeError);
  return { absolute, relative, order, first, limit, coordinate, norm };
}
