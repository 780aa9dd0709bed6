/**
 * The denoiser of a network with a learned variance, which tells the sampler the variance of the step besides: noted as
 * `variance`, for `recall('variance')`. Nichol & Dhariwal 2021 (arXiv 2102.09672), section 3.1.
 */
import { add, exp, zerosLike } from '@tensorflow/tfjs-core';
import { type Denoiser, denoiser, type Network, type Parameterization, posterior, transition } from '@tweedie/core';
import { halves } from '../internal/halves.js';
import { tensorArithmetic } from './arithmetic.js';
import { learnedRange, type ReverseVariance } from './reverse-variance.js';

/**
 * The denoiser of the first half of the output. In a step to a level with noise it notes the variance of `p(x_s | x_t)`, of the
 * shape of `x`; at clean data there is none.
 * @param variance the rule that the network was trained with; {@link learnedRange} by default
 * @throws RangeError (`channels-not-doubled`) when called, if the output has not twice the channels of `x`
 */
export function varianceDenoiser<Condition = undefined>(
  network: Network<Condition>,
  parameterization: Parameterization,
  variance: ReverseVariance = learnedRange(),
): Denoiser<Condition> {
  return (x, level, condition, moment) => {
    const split: Network<Condition> = {
      parameters: network.parameters,
      apply(input, ...rest) {
        const [mean, output] = halves(network.apply(input, ...rest), input);
        if (moment !== undefined && moment.to.sigma > 0 && moment.to.logSnr > level.logSnr) {
          const beta = Math.log(transition(moment.to, level).variance);
          const bounds = { small: Math.log(posterior(level, moment.to).variance), large: beta, transition: beta };
          moment.note('variance', exp(add(zerosLike(output), variance.logVariance(tensorArithmetic, bounds, output))));
        }
        return mean;
      },
    };
    return denoiser(split, parameterization)(x, level, condition);
  };
}
