/** How a bound's last step gives data: the likelihood of the data under what the model says of them. */
import { invalid } from '@tweedie/core';
import { positive } from '../internal/checks.js';
import type { Arithmetic } from './arithmetic.js';
import type { Gaussian } from './gaussian.js';

/**
 * `ln p(x | model)` of each element in nats: a probability where data are discrete, a density where they are not.
 * @param x data
 * @param model the normal distribution of the element that the last step ends in
 */
export type Decoder = <X>(arithmetic: Arithmetic<X>, x: X, model: Gaussian<X>) => X;

/** The values that discrete data take: `levels` of them, evenly spaced from `−limit` to `limit`. */
export interface Bins {
  /** Default 256, of 8-bit images. */
  readonly levels?: number;
  /** The largest value. Default 1: a pixel `k` is `2k/255 − 1`; 255/256 for `2(k + ½)/256 − 1`. */
  readonly limit?: number;
}

/**
 * Checks the bins, and fills in what is left out.
 * @returns `levels`, `limit`, and half the distance between two values
 * @throws RangeError (`levels-not-positive`) unless `levels` is a whole number from 2 on, (`limit-not-positive`)
 */
export function checkedBins({ levels = 256, limit = 1 }: Bins): Required<Bins> & { readonly half: number } {
  if (!Number.isInteger(levels) || levels < 2)
    throw invalid('levels-not-positive', `\`levels\` must be a whole number from 2 on, got ${levels}`);
  positive({ limit });
  return { levels, limit, half: limit / (levels - 1) };
}
