/**
 * Training times spread evenly over a batch: `t_i = (u + i/n) mod 1` with one uniform `u`. Each is uniform on (0, 1), and
 * together they cover it, which lowers the variance of the loss. Kingma et al. 2021 (arXiv 2107.00630), appendix I.1.
 *
 * Neighbours in the batch get neighbouring times, so the order of the samples must be random, as that of a shuffled data set is.
 */
import { type TimeSampler, uniform } from '@tweedie/core';

/** Evenly spread times with a common random offset. */
export function stratified(): TimeSampler {
  return {
    draw(key, count) {
      const [offset = 0.5] = uniform(key, 1);
      // an offset is an odd multiple of 2⁻³³; rounding may still bring a sum to 1, where a schedule may be infinite
      return { times: Array.from({ length: count }, (_, i) => (offset + i / count) % 1 || 2 ** -33) };
    },
  };
}
