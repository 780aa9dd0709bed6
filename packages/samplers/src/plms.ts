/**
 * PLMS: the multistep rule of PNDM, with one step of the improved Euler method to start it,
 *
 *     x' = φ(x_s, ε_s),    x_t = φ(x_s, ½(ε_s + ε(x', t))),    φ(x, ε) = α_t·(x/α_s + (r_t − r_s)·ε),    r = σ/α
 *
 * and then 2, 3 and 4 estimates of the noise as they come. Liu et al. 2022 (arXiv 2202.09778), eq. 11 to 13, in the variant that
 * latent diffusion made known.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { epsilonOf, flowStep, isPureNoise, type Past, ratioOf } from './internal/multistep.js';
import { ipndm } from './ipndm.js';

/** PLMS, order 2. A first step that starts at pure noise or ends at `σ = 0` is Euler's, as one slope is infinite there. */
export function plms<X = Tensor>(): Sampler<X, readonly Past<X>[]> {
  const going = ipndm<X>();
  return {
    step(context, x, past) {
      const { from, to, denoise } = context;
      if (past !== undefined || to.sigma === 0 || isPureNoise(from)) return going.step(context, x, past);
      const denoised = denoise(x, from);
      const predicted = flowStep(context, x, denoised);
      const there = epsilonOf(context, predicted, to, denoise(predicted, to));
      return {
        x: flowStep(context, x, denoised, [[(ratioOf(to) - ratioOf(from)) / 2, there]]),
        denoised,
        state: [{ level: from, epsilon: epsilonOf(context, x, from, denoised) }],
      };
    },
  };
}
