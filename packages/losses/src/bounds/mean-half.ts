/**
 * A network with a learned variance, for those who want the mean alone. Nichol & Dhariwal 2021 (arXiv 2102.09672), section 3.1.
 */
import { tidy } from '@tensorflow/tfjs-core';
import type { Network } from '@tweedie/core';
import { halves } from '../internal/halves.js';

/**
 * The network of the first half of the output along the last axis, as `denoiser` and any sampler take it. Shares the
 * parameters.
 * @throws RangeError (`channels-not-doubled`) when applied, if the output has not twice the channels of the input
 */
export function meanHalf<Condition = undefined>(network: Network<Condition>): Network<Condition> {
  return {
    ...network,
    apply: (x, ...rest) => tidy(() => halves(network.apply(x, ...rest), x)[0]),
  };
}
