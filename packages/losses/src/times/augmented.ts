/**
 * The loss of a monotone weighting from its other side: noise the data to a time T of the `augmentation`, then take the evidence
 * lower bound of what is left, at a time uniform between T and 1. With the weighting `elbo` these times give the objective that
 * `weighting` gives at uniform times. Kingma & Gao 2023 (arXiv 2303.00848), section 4.
 */
import { type ForwardProcess, split, type TimeSampler, type Weighting } from '@tweedie/core';
import { inside } from '../internal/inside.js';
import { augmentation } from '../weightings/augmentation.js';
import { stratified } from './stratified.js';
import { uniformTimes } from './uniform-times.js';

/**
 * Times that turn the weighting `elbo` into a monotone one.
 * @param weighting what the objective is to be
 * @throws RangeError (`weighting-not-monotone`), (`weighting-zero`)
 */
export function augmented(weighting: Weighting, process: ForwardProcess): TimeSampler {
  const { scale, quantile } = augmentation(weighting, process);
  return {
    draw(key, count) {
      const [startKey = key, timeKey = key] = split(key);
      const starts = stratified().draw(startKey, count).times.map(quantile);
      const shares = uniformTimes().draw(timeKey, count).times;
      return {
        times: starts.map((start, i) => inside(start + (1 - start) * (shares[i] ?? 0.5))),
        weights: starts.map((start) => scale * (1 - start)),
      };
    },
  };
}
